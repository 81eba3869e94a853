import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';

/** Trouble that any other call would meet now as well. `unknown`: Slack may have done what was asked. */
export type Outage =
  | { readonly is: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly is: 'unreachable'; readonly problem: string }
  | { readonly is: 'unknown'; readonly problem: string };

/** How a call to Slack ended badly. `gone`: the message cannot be edited any more. */
export type SlackFailure =
  | Outage
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly problem: string; readonly isMendable: boolean };

/** What an admin can put right in Slack or in the settings, after which the same call succeeds. */
const MENDABLE = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  // What an edit in an archived channel is answered.
  'is_inactive',
  'missing_scope',
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'restricted_action',
]);

/** The message was deleted, or Slack no longer lets anybody edit it. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** Slack had trouble of its own and did nothing. */
const SLACK_TROUBLE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
]);

/** Connection errors that happen before anything was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sorts an error of the Web API client. What is no answer that we know may hide that Slack did what was asked. */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { is: 'rate_limited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) return refusal(error.data.error);
  if (error instanceof WebAPIHTTPError) return { is: 'unknown', problem: `HTTP ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) {
    const codes = codesOf(error.original);
    const problem = codes[0] ?? error.message;
    return { is: codes.some((code) => NEVER_SENT.has(code)) ? 'unreachable' : 'unknown', problem };
  }
  return { is: 'unknown', problem: error instanceof Error ? error.message : String(error) };
}

/** Undefined: the error concerns this call alone, or is none of Slack's. */
export function outageOf(error: unknown): Outage | undefined {
  if (!isOfSlack(error)) return undefined;
  const failure = slackFailure(error);
  return failure.is === 'gone' || failure.is === 'refused' ? undefined : failure;
}

function isOfSlack(error: unknown): boolean {
  return [WebAPIRateLimitedError, WebAPIPlatformError, WebAPIHTTPError, WebAPIRequestError].some(
    (kind) => error instanceof kind,
  );
}

function refusal(code: string): SlackFailure {
  if (GONE.has(code)) return { is: 'gone' };
  if (SLACK_TROUBLE.has(code)) return { is: 'unreachable', problem: code };
  return { is: 'refused', problem: code, isMendable: MENDABLE.has(code) };
}

/** Node wraps the reason of a failed connection several times. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...own, ...inner, ...codesOf(error.cause)];
}
