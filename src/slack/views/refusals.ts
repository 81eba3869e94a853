import { type Message, section } from './blocks.ts';

/** The answer to whoever asks about a colleague who does not share; `cannot_share`: the team decided for all. */
export function notSharedAnswer(slackUser: string, choice: 'can_share' | 'cannot_share'): Message {
  return said(
    choice === 'can_share'
      ? `<@${slackUser}> has not agreed to share their quota. They can at \`/quota connect\` or in App Home; until then only they and admins see it.`
      : `Only <@${slackUser}> and admins see that quota.`,
  );
}

/** The answer to an admin who asks about somebody of whom nothing has arrived. */
export function notConnectedAnswer(slackUser: string): Message {
  return said(
    `Nothing is known of <@${slackUser}>: their Claude Code is not connected. \`/quota connect\` shows them how.`,
  );
}

/** The answer to whoever is no admin; `admins` are Slack users, where they are known. */
export function adminsOnlyAnswer(command: string, admins: readonly string[] = []): Message {
  const mentions = admins.map((admin) => `<@${admin}>`);
  const who = [mentions.slice(0, -1).join(', '), ...mentions.slice(-1)].filter((part) => part !== '').join(' or ');
  return said(`\`${command}\` is for admins alone. Please ask ${who || 'one of yours'}.`);
}

function said(text: string): Message {
  return { text, blocks: [section(text)] };
}
