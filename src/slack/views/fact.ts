import { UNKNOWN_ACCOUNT } from '../../model/ids.ts';
import { windowName } from '../../model/quota-window.ts';
import { escapeText } from './escape-text.ts';

/** One number or name of an incident, and what it is; both mrkdwn. Undefined values are not known and not told. */
export type Fact = readonly [label: string, value: string | undefined];

interface Client {
  readonly session?: string;
  readonly model?: string | undefined;
  readonly clientVersion?: string | undefined;
}

/** Where it happened. */
export function clientFacts({ session, model, clientVersion }: Client): readonly Fact[] {
  return [
    ['Session', session && mono(session)],
    ['Model', model === undefined ? undefined : escapeText(model)],
    ['Client', clientVersion === undefined ? undefined : escapeText(clientVersion)],
  ];
}

/** Which quota window it is about; accounts by the beginning of their hash. */
export function windowFacts(window: { account: string; windowKind: string; scope: string }): readonly Fact[] {
  return [
    ['Window', escapeText(windowName(window.windowKind, window.scope))],
    ['Account', window.account === UNKNOWN_ACCOUNT ? undefined : mono(window.account.slice(0, 8))],
  ];
}

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** An id as code; one of nothing but blanks is none. */
export function mono(id: string): string | undefined {
  const text = escapeText(id, 60);
  return text === '' ? undefined : `\`${text}\``;
}
