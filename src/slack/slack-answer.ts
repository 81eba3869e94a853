import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';

/** How a call to Slack ended badly. `unknown`: Slack may have done what was asked. */
export type SlackFailure =
  | { readonly is: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly is: 'unreachable'; readonly problem: string }
  | { readonly is: 'unknown'; readonly problem: string }
  | { readonly is: 'gone' }
  | { readonly is: 'refused'; readonly problem: string; readonly isMendable: boolean };

/** What an admin can put right in Slack or in the settings, after which the same call succeeds. */
const MENDABLE = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'missing_scope',
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'restricted_action',
]);

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

/** Sorts an error of the Web API client; rethrows what is no answer of Slack's. */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) return { is: 'rate_limited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) return refusal(error.data.error);
  if (error instanceof WebAPIHTTPError) return { is: 'unknown', problem: `HTTP ${error.statusCode}` };
  if (error instanceof WebAPIRequestError) {
    const codes = codesOf(error.original);
    const problem = codes[0] ?? error.message;
    return { is: codes.some((code) => NEVER_SENT.has(code)) ? 'unreachable' : 'unknown', problem };
  }
  throw error;
}

function refusal(code: string): SlackFailure {
  if (code === 'message_not_found') return { is: 'gone' };
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
