import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { outageOf, type SlackFailure, slackFailure } from '../../src/slack/slack-answer.ts';

const platform = (error: string) => new WebAPIPlatformError({ ok: false, error });
const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
/** How Node's fetch fails: the reason is the cause, and where several addresses were tried, one of several. */
const fetchFailed = (cause: Error) => new WebAPIRequestError(new TypeError('fetch failed', { cause }));
const refused = (problem: string, isMendable: boolean): SlackFailure => ({ is: 'refused', problem, isMendable });

describe('how a call to Slack ended', () => {
  test.each<[string, Error, SlackFailure]>([
    ['asked to wait', new WebAPIRateLimitedError(30), { is: 'rate_limited', retryAfterMs: 30_000 }],
    ['message deleted', platform('message_not_found'), { is: 'gone' }],
    ['message too old to edit', platform('edit_window_closed'), { is: 'gone' }],
    ['message that cannot be edited', platform('cant_update_message'), { is: 'gone' }],
    ['trouble inside Slack', platform('internal_error'), { is: 'unreachable', problem: 'internal_error' }],
    ['Slack is down', platform('service_unavailable'), { is: 'unreachable', problem: 'service_unavailable' }],
    ['asked to wait inside a 200', platform('ratelimited'), { is: 'unreachable', problem: 'ratelimited' }],
    ['bot not invited', platform('not_in_channel'), refused('not_in_channel', true)],
    ['channel wrong or private', platform('channel_not_found'), refused('channel_not_found', true)],
    ['channel archived', platform('is_archived'), refused('is_archived', true)],
    ['scope missing', platform('missing_scope'), refused('missing_scope', true)],
    ['token revoked', platform('token_revoked'), refused('token_revoked', true)],
    ['token wrong', platform('invalid_auth'), refused('invalid_auth', true)],
    ['blocks wrong', platform('invalid_blocks'), refused('invalid_blocks', false)],
    ['text too long', platform('msg_too_long'), refused('msg_too_long', false)],
    ['a code that nobody has seen', platform('something_new'), refused('something_new', false)],
    ['a gateway in between fails', new WebAPIHTTPError(502, 'Bad Gateway', {}), { is: 'unknown', problem: 'HTTP 502' }],
    ['nobody listens', fetchFailed(coded('ECONNREFUSED')), { is: 'unreachable', problem: 'ECONNREFUSED' }],
    ['no such name', fetchFailed(coded('ENOTFOUND')), { is: 'unreachable', problem: 'ENOTFOUND' }],
    [
      'nobody listens at any address',
      fetchFailed(new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')])),
      { is: 'unreachable', problem: 'ENETUNREACH' },
    ],
    [
      'no connection in time',
      fetchFailed(coded('UND_ERR_CONNECT_TIMEOUT')),
      { is: 'unreachable', problem: 'UND_ERR_CONNECT_TIMEOUT' },
    ],
    ['cut off halfway', fetchFailed(coded('ECONNRESET')), { is: 'unknown', problem: 'ECONNRESET' }],
    [
      'no answer in time',
      fetchFailed(coded('UND_ERR_HEADERS_TIMEOUT')),
      { is: 'unknown', problem: 'UND_ERR_HEADERS_TIMEOUT' },
    ],
    [
      'given up by our own timeout',
      new WebAPIRequestError(new Error('The operation was aborted due to timeout')),
      { is: 'unknown', problem: 'A request error occurred: The operation was aborted due to timeout' },
    ],
  ])('%s', (_, error, failure) => {
    expect(slackFailure(error)).toMatchObject(failure);
  });

  test.each([
    [new TypeError('undefined is not a function'), 'undefined is not a function'],
    ['no error at all', 'no error at all'],
  ])('is unknown where it is no answer of Slack: %s', (error, problem) => {
    expect(slackFailure(error)).toEqual({ is: 'unknown', problem });
  });
});

describe('an outage', () => {
  test.each<[string, unknown, string | undefined]>([
    ['a request to wait', new WebAPIRateLimitedError(30), 'rate_limited'],
    ['trouble inside Slack', platform('fatal_error'), 'unreachable'],
    ['a failing gateway', new WebAPIHTTPError(502, 'Bad Gateway', {}), 'unknown'],
    ['no connection', fetchFailed(coded('ECONNREFUSED')), 'unreachable'],
    ['not a refusal', platform('missing_scope'), undefined],
    ['not a message that is gone', platform('message_not_found'), undefined],
    ['not our own mistake', new TypeError('undefined is not a function'), undefined],
  ])('is %s', (_, error, is) => {
    expect(outageOf(error)?.is).toBe(is);
  });
});
