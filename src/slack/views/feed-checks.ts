import type { Check, DoctorView } from './doctor-view.ts';
import { duration, moment } from './format.ts';

const MEND_TELEMETRY =
  'the `env` part of `/quota connect` belongs into `~/.claude/settings.json`, not into a repository’s settings; no variable of your shell may replace one of it. Then restart Claude Code.';
const MEND_STATUS_LINE =
  'add the `statusLine` of `/quota connect`, or its `curl` to the script of your own. It is drawn in interactive sessions, not by `claude -p`.';

/** Requests, with tokens and dollars. Other programs may bring them by the webhook instead. */
export function telemetryCheck(view: DoctorView): Check {
  const { heard, silent } = view;
  const name = heard.telemetry === undefined && heard.webhook !== undefined ? '*Usage webhook*' : '*Telemetry*';
  const at = heard.telemetry ?? heard.webhook;
  if (at === undefined) {
    return { is: 'bad', says: `${name}  never heard: no tokens, no dollars, no broken caches`, mend: MEND_TELEMETRY };
  }
  if (silent.telemetry !== undefined) {
    const since = moment(silent.telemetry, view);
    return { is: 'bad', says: `${name}  silent since ${since}, while you worked`, mend: MEND_TELEMETRY };
  }
  return { is: 'good', says: `${name}  ${ago(at, view)}` };
}

/** Percentages of windows, and what the client counts of its cache. */
export function statusLineCheck(view: DoctorView): Check {
  const { heard, silent, plan, knowsWindows } = view;
  const name = '*Status line*';
  if (heard.status_line === undefined) {
    return {
      is: 'bad',
      says: `${name}  never heard: nobody knows what is left of your windows`,
      mend: MEND_STATUS_LINE,
    };
  }
  if (silent.status_line !== undefined) {
    const since = moment(silent.status_line, view);
    return { is: 'bad', says: `${name}  silent since ${since}, while you worked`, mend: MEND_STATUS_LINE };
  }
  const says = `${name}  ${ago(heard.status_line, view)}`;
  if (knowsWindows) return { is: 'good', says };
  if (plan === 'api') return { is: 'good', says: `${says}; an API key has no windows` };
  return { is: 'waiting', says: `${says}; no percentage since the last reset, the next turn brings one` };
}

/** Lock-outs. */
export function hookCheck(view: DoctorView): Check {
  const at = view.heard.hook;
  if (at !== undefined) return { is: 'good', says: `*Hook*  ${ago(at, view)}` };
  return { is: 'waiting', says: '*Hook*  not heard yet, as it speaks only when a limit is hit' };
}

function ago(at: number, { now }: DoctorView): string {
  return `heard ${duration(now - at)} ago`;
}
