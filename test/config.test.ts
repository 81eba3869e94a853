import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';

const PUBLIC_URL = 'https://quota.example.com';
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', ALERT_CHANNEL: 'C0123456789' };

/** What is wrong, a line each, without the line that introduces them. */
function problems(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n  - ').slice(1);
  }
}

describe('without any setting', () => {
  test('it opens the local workspace on this machine alone', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4318,
      databasePath: 'data/quota-watch.db',
      slack: { is: 'local_workspace' },
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      summaryAt: { weekday: 1, hour: 9, minute: 0 },
      channelNames: 'consent',
      adminUsers: [],
      publicUrl: undefined,
      trustProxy: false,
      logLevel: 'info',
    });
  });

  test('empty and blank texts count as unset, as compose files write them', () => {
    const names = [
      'HOST',
      'PORT',
      'SLACK_BOT_TOKEN',
      'ALERT_CHANNEL',
      'TEAM_TIME_ZONE',
      'SUMMARY_AT',
      'ADMIN_USERS',
      'PUBLIC_URL',
      'LOG_LEVEL',
    ];
    for (const blank of ['', '  ']) {
      expect(readConfig(Object.fromEntries(names.map((name) => [name, blank])))).toEqual(readConfig({}));
    }
  });

  test('variables of other programs are none of its business', () => {
    expect(readConfig({ PATH: '/bin', SLACK_SIGNING_SECRET: 'x' })).toEqual(readConfig({}));
  });
});

describe('Slack', () => {
  test('is used where its tokens and a channel are set', () => {
    expect(readConfig(SLACK).slack).toEqual({
      is: 'slack',
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      apiUrl: undefined,
      alertChannel: 'C0123456789',
      summaryChannel: 'C0123456789',
    });
  });

  test('may have another channel for summaries, and another address', () => {
    const more = { SUMMARY_CHANNEL: 'G9876543210', SLACK_API_URL: 'http://127.0.0.1:8080/api/' };
    expect(readConfig({ ...SLACK, ...more }).slack).toMatchObject({
      summaryChannel: 'G9876543210',
      apiUrl: 'http://127.0.0.1:8080/api/',
    });
  });

  test.each<[string, readonly (keyof typeof SLACK)[]]>([
    ['SLACK_BOT_TOKEN', ['SLACK_APP_TOKEN', 'ALERT_CHANNEL']],
    ['SLACK_APP_TOKEN', ['SLACK_BOT_TOKEN', 'ALERT_CHANNEL']],
    ['ALERT_CHANNEL', ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN']],
    ['SLACK_APP_TOKEN and ALERT_CHANNEL', ['SLACK_BOT_TOKEN']],
    ['SLACK_BOT_TOKEN and SLACK_APP_TOKEN', ['ALERT_CHANNEL']],
  ])('needs %s beside the rest', (missing, set) => {
    const env = Object.fromEntries(set.map((name) => [name, SLACK[name]]));
    expect(problems(env)).toEqual([
      `${missing} must be set too: Slack needs SLACK_BOT_TOKEN, SLACK_APP_TOKEN, ALERT_CHANNEL together`,
    ]);
  });
});

describe('the address to listen on', () => {
  test.each(['127.0.0.1', '127.0.0.2', '127.255.255.254', 'localhost', '::1'])(
    'may be %s for the local workspace, and for Slack without a public address',
    (HOST) => {
      expect(readConfig({ HOST }).slack).toEqual({ is: 'local_workspace' });
      expect(readConfig({ ...SLACK, HOST })).toMatchObject({ host: HOST, publicUrl: undefined });
    },
  );

  describe.each([
    '0.0.0.0',
    '::',
    '192.168.1.5',
    'quota.example.com',
    '127.example.com',
    '1127.0.0.1',
    '127.0.0.1.nip.io',
  ])('may be %s', (HOST) => {
    test('only with Slack', () => {
      for (const env of [{ HOST }, { HOST, PUBLIC_URL }]) {
        expect(problems(env)).toEqual([expect.stringMatching(`^HOST=${HOST} needs Slack`)]);
      }
    });

    test('only with the address that developers reach', () => {
      for (const unset of [{}, { PUBLIC_URL: ' ' }]) {
        expect(problems({ ...SLACK, HOST, ...unset })).toEqual([
          `HOST=${HOST} needs PUBLIC_URL: the address that developers reach, such as https://quota.example.com`,
        ]);
      }
      expect(readConfig({ ...SLACK, HOST, PUBLIC_URL })).toMatchObject({ host: HOST, publicUrl: PUBLIC_URL });
    });
  });
});

describe('a wrong value', () => {
  test.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['SLACK_BOT_TOKEN', 'xoxp-1'],
    ['SLACK_APP_TOKEN', 'xoxb-1'],
    ['ALERT_CHANNEL', '#alerts'],
    ['SUMMARY_CHANNEL', 'c0123456789'],
    ['SLACK_API_URL', 'slack'],
    ['TEAM_TIME_ZONE', 'Berlin'],
    ['SUMMARY_AT', 'Monday'],
    ['SUMMARY_AT', 'Mon 25:00'],
    ['CHANNEL_NAMES', 'yes'],
    ['ADMIN_USERS', '@ada'],
    ['ADMIN_USERS', 'U000000ADA;U000000BOB'],
    ['ADMIN_USERS', 'U000000ADA,C0123456789'],
    ['PUBLIC_URL', 'quota.example.com'],
    ['PUBLIC_URL', 'ftp://quota.example.com'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.1,'],
    ['LOG_LEVEL', 'loud'],
  ])('of %s=%s is named with what is right', (name, value) => {
    const told = problems({ ...SLACK, [name]: value });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(new RegExp(`^${name} must `));
  });

  test('is not told alone where there are more: all at once', () => {
    const wrong = {
      PORT: 'x',
      SUMMARY_AT: 'x',
      CHANNEL_NAMES: 'x',
      LOG_LEVEL: 'x',
      TEAM_TIME_ZONE: 'x',
      HOST: '0.0.0.0',
    };
    const told = problems(wrong);
    for (const name of Object.keys(wrong)) expect(told.filter((line) => line.startsWith(name))).toHaveLength(1);
    expect(told).toHaveLength(6);
  });

  test('among several admins is told with those that are wrong alone', () => {
    expect(problems({ ADMIN_USERS: 'U000000ADA,bob,carol' })).toEqual([
      expect.stringMatching(/^ADMIN_USERS must be Slack user ids .*; it names bob, carol$/),
    ]);
  });

  test('of a secret is not repeated', () => {
    const env = { ...SLACK, SLACK_BOT_TOKEN: 'secret-bot', SLACK_APP_TOKEN: 'secret-app' };
    expect(problems(env).join()).not.toMatch(/secret-/);
  });
});

describe('the values themselves', () => {
  test.each([
    ['Mon 09:00', { weekday: 1, hour: 9, minute: 0 }],
    ['friday 17:30', { weekday: 5, hour: 17, minute: 30 }],
    [' SUN 0:00 ', { weekday: 7, hour: 0, minute: 0 }],
  ])('the summary is told at "%s"', (SUMMARY_AT, at) => {
    expect(readConfig({ SUMMARY_AT }).summaryAt).toEqual(at);
  });

  test.each([
    ['https://quota.example.com/', 'https://quota.example.com'],
    ['https://quota.example.com//', 'https://quota.example.com'],
    ['http://10.0.0.1:4318', 'http://10.0.0.1:4318'],
    ['https://example.com/quota/', 'https://example.com/quota'],
  ])('the public address %s is printed as %s', (PUBLIC_URL, printed) => {
    expect(readConfig({ PUBLIC_URL }).publicUrl).toBe(printed);
  });

  test.each([
    ['U000000ADA', ['U000000ADA']],
    [' U000000ADA , W000000BOB,', ['U000000ADA', 'W000000BOB']],
    ['U000000ADA,U000000ADA', ['U000000ADA']],
  ])('the admins "%s" are these users', (ADMIN_USERS, users) => {
    expect(readConfig({ ADMIN_USERS }).adminUsers).toEqual(users);
  });

  test.each([
    ['true', true],
    ['false', false],
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.0/8, ::1, fd00::/64', '10.0.0.0/8, ::1, fd00::/64'],
  ])('proxies: %s is what the server takes', (TRUST_PROXY, trustProxy) => {
    const read = readConfig({ TRUST_PROXY }).trustProxy;
    expect(read).toBe(trustProxy);
    expect(() => Fastify({ trustProxy: read })).not.toThrow();
  });

  test('port 0 lets the system choose', () => {
    expect(readConfig({ PORT: '0' }).port).toBe(0);
  });
});
