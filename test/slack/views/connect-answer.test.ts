import { describe, expect, test } from 'vitest';
import {
  CONSENT_ACTION,
  connectAnswer,
  consentAnswer,
  WITHDRAW_ACTION,
} from '../../../src/slack/views/connect-answer.ts';
import { fine, linesOf, textsOf } from '../seen.ts';

const URL = 'https://quota.example.com';
const TOKEN = 'qw_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

const answer = (hasConsented: boolean | undefined) =>
  fine(connectAnswer({ publicUrl: URL, clientUrl: undefined, token: TOKEN, hasConsented }));
/** The one text that is to be copied as it is. */
const block = () => textsOf(answer(false).blocks.filter(({ type }) => type === 'rich_text')).join();
const actionsOf = (message: object) => JSON.stringify(message).match(/(?<="action_id":")[^"]+/g) ?? [];

test('with Node, one command comes first', () => {
  const clientUrl = `${URL}/client/0123456789ab.tgz`;
  const message = fine(connectAnswer({ publicUrl: URL, clientUrl, token: TOKEN, hasConsented: undefined }));
  const [command, settings] = message.blocks
    .filter(({ type }) => type === 'rich_text')
    .map((one) => textsOf([one]).join());
  expect(command).toBe(`npx --yes ${clientUrl} connect --url ${URL} --token ${TOKEN}`);
  expect(settings).toBe(block());
  expect(linesOf(message)).toEqual(expect.arrayContaining([expect.stringContaining('Without Node')]));
});

describe('the settings to paste', () => {
  // The block is JSON that the test then reads by its own shape.
  const settings = JSON.parse(block()) as {
    env: Record<string, string>;
    statusLine: { command: string };
  };

  test('are exactly these', () => {
    expect(settings).toEqual({
      env: {
        CLAUDE_CODE_ENABLE_TELEMETRY: '1',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_ENDPOINT: URL,
        OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${TOKEN}`,
        OTEL_LOG_USER_PROMPTS: '0',
        OTEL_LOG_ASSISTANT_RESPONSES: '0',
        OTEL_LOG_TOOL_DETAILS: '0',
        OTEL_LOG_TOOL_CONTENT: '0',
        OTEL_LOG_RAW_API_BODIES: '0',
        QUOTA_WATCH_TOKEN: TOKEN,
      },
      statusLine: { type: 'command', command: expect.any(String) },
      hooks: {
        StopFailure: [
          {
            matcher: 'rate_limit',
            hooks: [
              {
                type: 'http',
                url: `${URL}/v1/hooks`,
                timeout: 5,
                headers: { Authorization: 'Bearer $QUOTA_WATCH_TOKEN' },
                allowedEnvVars: ['QUOTA_WATCH_TOKEN'],
              },
            ],
          },
        ],
      },
    });
  });

  test('switch off every logging of content that they name', () => {
    const contents = Object.entries(settings.env).filter(([name]) => name.startsWith('OTEL_LOG_'));
    expect(contents).toHaveLength(5);
    expect(contents.map(([, value]) => value)).toEqual(['0', '0', '0', '0', '0']);
  });

  test('have environment values that are all texts, as Claude Code wants them', () => {
    expect(Object.values(settings.env).every((value) => typeof value === 'string')).toBe(true);
  });

  test('hold a status line that gives up after two seconds, says nothing of errors, and never fails', () => {
    const { command } = settings.statusLine;
    expect(command).toContain(`${URL}/v1/status-line`);
    expect(command).toContain(`Authorization: Bearer ${TOKEN}`);
    expect(command).toMatch(/^curl .* -m 2 .*--data-binary @- .* 2>\/dev\/null \|\| true$/);
  });
});

describe('the answer to /quota connect', () => {
  test('holds the token in the settings to copy alone', () => {
    expect(textsOf(answer(false)).filter((text) => text.includes(TOKEN))).toEqual([block()]);
  });

  test('keeps the token out of the notification', () => {
    expect(answer(false).text).toBe('Connect Claude Code to Quota Watch');
  });

  test.each([
    ['who has not agreed whether they may be named', false, [CONSENT_ACTION]],
    ['who agreed, how to take it back', true, [WITHDRAW_ACTION]],
    ['nothing where the team decided', undefined, []],
  ])('asks somebody %s', (_, hasConsented, actions) => {
    expect(actionsOf(answer(hasConsented))).toEqual(actions);
  });
});

describe('the answer to the button', () => {
  test.each([
    ['given', true, [/channel will name you/, /colleagues may ask `\/quota` about you/, /take that back/]],
    ['withdrawn', false, [/channel will say “a developer”/, /only you and admins see your quota/]],
  ])('says what holds once consent is %s', (_, hasConsented, parts) => {
    const message = fine(consentAnswer(hasConsented));
    for (const part of parts) expect(message.text).toMatch(part);
    expect(linesOf(message)).toEqual([message.text]);
  });
});
