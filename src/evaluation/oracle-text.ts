import type { Agreement, Disagreement } from './agreement.ts';
import { counted, percent, thousands, wrapped } from './text-lines.ts';

/** How far we count misses as the client does, in lines for people. */
export function oracleLines({ sessions, ...agreement }: Agreement): readonly string[] {
  const { compared, agreed, share, disagreements, explained, uncounted } = agreement;
  const interval = share
    ? ` (${(share.value * 100).toFixed(1)} %, 95 %: ${percent(share.low)}–${percent(share.high)})`
    : '';
  return [
    `THE CLIENT'S OWN COUNT: ${thousands(agreed)} of ${thousands(compared)} requests in ${counted(sessions, 'session', 'sessions')} agree${interval}`,
    ...disagreements.flatMap(disagreementLines),
    ...explained.map(
      ({ ours, theirs, times }) =>
        `  explained as ${ours}, ${counted(times, 'time', 'times')}: the client says ${theirs}`,
    ),
    ...uncounted.map(({ session, step }) => `  ${session} step ${step}: not yet counted when the status line was read`),
  ];
}

function disagreementLines({ session, step, ours, theirs, numbers, because }: Disagreement): readonly string[] {
  const told = `we say ${ours}, the client ${theirs}: ${numbers}; ${because}`;
  return wrapped(`  ✗ ${session} step ${step}  `, told.split(' '));
}
