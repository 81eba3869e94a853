declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Row id of a developer. */
export type DeveloperId = Branded<number, 'DeveloperId'>;
/** Claude Code's `session.id`. */
export type SessionId = Branded<string, 'SessionId'>;
/** Hash of `user.account_uuid`; `UNKNOWN_ACCOUNT` until telemetry names it. */
export type AccountId = Branded<string, 'AccountId'>;
export type IncidentId = Branded<number, 'IncidentId'>;
export type NoticeId = Branded<number, 'NoticeId'>;

export const developerId = (value: number) => value as DeveloperId;
export const sessionId = (value: string) => value as SessionId;
export const accountId = (value: string) => value as AccountId;
export const incidentId = (value: number) => value as IncidentId;
export const noticeId = (value: number) => value as NoticeId;

export const UNKNOWN_ACCOUNT = accountId('unknown');

/** Whether two accounts are the same, as far as both are known. */
export function isSameAccount(one: string, other: string): boolean {
  return one === other || one === UNKNOWN_ACCOUNT || other === UNKNOWN_ACCOUNT;
}
