import { context, type Message, section } from './blocks.ts';

/** Who hears of somebody by name: whoever the team decided for, or by their own choice. */
export type Naming = 'agreed' | 'not_agreed' | 'always' | 'never';

/** The answer to `/quota privacy`: what is stored, for how long, who sees it, and how to leave. */
export function privacyAnswer(naming: Naming): Message {
  return {
    text: 'What is stored about you, who sees it, and how to leave',
    blocks: [
      section(['*What is stored about you*', ...STORED].join('\n')),
      section(
        '*What never is*\nPrompts, answers, code, file names, paths, repositories, host names and passwords. Where a client sends such things all the same, they are dropped before anything is written.',
      ),
      section('*For how long*\nUntil you say `/quota forget me`: nothing of it is deleted by itself.'),
      section(['*Who sees what*', ...seen(naming)].join('\n')),
      section(['*How to leave*', ...LEAVING].join('\n')),
      context('Whoever runs the server of Quota Watch can read its database, as with any service.'),
    ],
  };
}

const STORED = [
  '• of each request to the model: when, which model, client version, session and request ids, token counts, cost, and whether you, an agent or background work sent it',
  '• what is left of your windows and when they reset, what your client counts of its cache, when a limit stopped you',
  '• what is made of that: sums by hour and by prompt, and incidents',
  '• you: Slack user, email, name, time zone, plan and choices; your Claude account and your tokens as hashes alone',
];

const LEAVING = [
  '• `/quota disconnect` takes your tokens back, and says what to remove from your settings',
  '• `/quota forget me` deletes all of the above, and the messages that speak of you alone',
];

function seen(naming: Naming): readonly string[] {
  return [
    '• you: all of it, by `/quota`, App Home and direct messages',
    `• the channel: broken caches and what they cost, ${CHANNEL[naming]}`,
    '• the weekly summary: the sums of the team; what else happened to you, under the name of an animal',
    `• colleagues: what is left of your windows in \`/quota team\`, ${TEAM[naming]}`,
    naming === 'agreed'
      ? '• colleagues who ask `/quota` about you, because you agreed, and admins; each look is written down'
      : '• admins who ask `/quota` about you; each look is written down',
  ];
}

const CHANNEL: Readonly<Record<Naming, string>> = {
  agreed: 'with your name, because you agreed (`/quota connect` takes that back)',
  not_agreed: 'as “a developer” until you agree to be named',
  always: 'with your name, as your team decided',
  never: 'always as “a developer”',
};

const AS_ANIMAL = 'as an animal that changes every Monday; in a small team that can be guessed';

const TEAM: Readonly<Record<Naming, string>> = {
  agreed: 'with your name',
  not_agreed: AS_ANIMAL,
  always: 'with your name',
  never: AS_ANIMAL,
};
