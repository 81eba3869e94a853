import type { DeveloperIncident, LockOutIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { type Message, section } from './blocks.ts';
import { moment } from './format.ts';
import { quotaName } from './window-words.ts';

/** What goes into the thread of a lock-out that is over: an edit alone would notify nobody. */
export function openAgainReply(incident: DeveloperIncident, reading: Reading): Message {
  const how = incident.resolved?.by === 'reset' ? 'The window was reset' : 'A request went through';
  const open = `:white_check_mark: Open again. ${how}: you can go on.`;
  const paid = incident.kind === 'lock_out' && isProbablyPaid(incident) ? [paidWords(incident, reading)] : [];
  return { text: [open, ...paid].join(' '), blocks: [section([open, ...paid].join('\n'))] };
}

/** Nothing resets a window early but a raised limit, so what goes on before that goes on credits, as far as anybody can tell. */
function isProbablyPaid({ evidence, resolved }: LockOutIncident): boolean {
  return resolved?.by === 'open_again' && resolved.at < evidence.resetsAt && evidence.windowKind !== 'spend_limit';
}

function paidWords({ evidence }: LockOutIncident, reading: Reading): string {
  const window = `The ${quotaName(evidence)} window resets only at ${moment(evidence.resetsAt, reading)}`;
  return `${window}, so this is probably paid usage: credits, at API prices. No feed says so; it is inferred. Without credits, the limit was lifted early.`;
}
