import { MINUTE_MS } from '../../model/time.ts';
import type { Check, DoctorView } from './doctor-view.ts';
import { duration } from './format.ts';

/** Settings must be saved, Claude Code restarted, and a turn made. */
const PATIENCE_MS = 15 * MINUTE_MS;
const SHOWN = 3;

/** Whether what sends may send, and does. */
export function tokenCheck(view: DoctorView): Check {
  const { tokens, hasTeamToken, heard, now } = view;
  const [newest] = tokens.toSorted((one, other) => other.createdAt - one.createdAt);
  if (!newest) return hasTeamToken ? teamTokenCheck(heard) : noTokenCheck(heard);
  const used = tokens.filter(({ lastUsedAt }) => lastUsedAt !== undefined);
  if (used.length > 0) return { is: 'good', says: `*Token*  ${tokensText(view)}` };
  const age = now - newest.createdAt;
  const says = `*Token*  \`${newest.hint}…\` was made ${duration(age)} ago and was never used`;
  if (age < PATIENCE_MS)
    return { is: 'waiting', says: `${says}: the first turn after a restart of Claude Code uses it` };
  return {
    is: 'bad',
    says,
    mend: `the block of \`/quota connect\` belongs into \`~/.claude/settings.json\`, and Claude Code must be restarted after that. If it is there: does \`curl ${view.publicUrl}/healthz\` answer on that machine?`,
  };
}

function noTokenCheck(heard: DoctorView['heard']): Check {
  const isNew = Object.keys(heard).length === 0;
  return {
    is: 'bad',
    says: isNew
      ? '*Token*  you have none, so nothing can arrive'
      : '*Token*  you have none any more, so nothing more can arrive',
    mend: '`/quota connect` gives you one, with the settings it belongs into.',
  };
}

function teamTokenCheck(heard: DoctorView['heard']): Check {
  if (Object.keys(heard).length > 0) return { is: 'good', says: '*Token*  your team’s token sends for you' };
  return {
    is: 'bad',
    says: '*Token*  your team has one, but nothing of you has arrived with it',
    mend: 'restart Claude Code, so that it reads the managed settings, and see whether it is signed in with the same address as Slack. `/quota connect` gives you a token of your own instead.',
  };
}

/** The most recently used first. */
function tokensText({ tokens, now }: DoctorView): string {
  const sorted = tokens.toSorted((one, other) => (other.lastUsedAt ?? 0) - (one.lastUsedAt ?? 0));
  const texts = sorted.slice(0, SHOWN).map(({ hint, createdAt, lastUsedAt }) => {
    if (lastUsedAt !== undefined) return `\`${hint}…\` last used ${duration(now - lastUsedAt)} ago`;
    return `\`${hint}…\` made ${duration(now - createdAt)} ago, never used`;
  });
  const more = tokens.length > SHOWN ? [`and ${tokens.length - SHOWN} more`] : [];
  return [...texts, ...more].join('; ');
}
