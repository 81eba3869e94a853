import type { Feed } from '../../model/feed.ts';
import { context, type Message, section } from './blocks.ts';
import { FEED_NAMES } from './feed-names.ts';

/** Tells whoever connected Claude Code which of its feeds work by now, and how to mend what is missing. */
export function firstDataMessage(heard: readonly Feed[]): Message {
  const names = ORDER.filter((feed) => heard.includes(feed)).map((feed) => FEED_NAMES[feed]);
  const title = `First data received: ${names.join(', ')}`;
  const missing = missingOf(heard);
  const state =
    missing.length === 0
      ? 'You are connected: `/quota` tells what is left, and I write to you when something goes wrong.'
      : 'More is to come:';
  return {
    text: title,
    blocks: [
      section([`:white_check_mark: *${title}*`, state].join('\n')),
      ...missing.map((feed) => section(MISSING[feed])),
      ...(heard.includes('hook') ? [] : [context(NO_HOOK_YET)]),
    ],
  };
}

const ORDER: readonly Feed[] = ['telemetry', 'webhook', 'status_line', 'hook'];

type Needed = 'telemetry' | 'status_line';

function missingOf(heard: readonly Feed[]): readonly Needed[] {
  const hasRequests = heard.includes('telemetry') || heard.includes('webhook');
  return [
    ...(hasRequests ? [] : (['telemetry'] as const)),
    ...(heard.includes('status_line') ? [] : (['status_line'] as const)),
  ];
}

const MISSING: Readonly<Record<Needed, string>> = {
  telemetry:
    ':hourglass_flowing_sand: *Telemetry* is still missing: it brings the tokens, without which a broken cache goes unseen. Its `env` settings belong into `~/.claude/settings.json`, not into a repository’s, and count after Claude Code was started anew.',
  status_line:
    ':hourglass_flowing_sand: *Status line* is still missing: it brings the percentages, without which I cannot warn you before a window is used up. It is drawn after an answer in a terminal, in a folder that you trust; `claude -p` and IDE panels draw none. If it stays silent there, compare `statusLine` in your settings with `/quota connect`.',
};

const NO_HOOK_YET = 'The hook speaks only when a limit is hit, so it is no worry that it was not heard yet.';
