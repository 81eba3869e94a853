import { isIP } from 'node:net';
import { z } from 'zod';
import { parseSummaryAt } from './summary/schedule.ts';

/** A setting is wrong; the message names all that are, and how to mend each. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(
      ['Quota Watch cannot start. Please mend these settings (.env.example explains each):', ...problems].join(
        '\n  - ',
      ),
    );
    this.name = 'ConfigError';
  }
}

const channelId = (name: string) =>
  z
    .string()
    .regex(
      /^[CG][A-Z0-9]{6,}$/,
      `${name} must be a channel id such as C0123456789 (in Slack: channel name, About, at the bottom)`,
    );

const zone = z
  .string()
  .refine(isTimeZone, 'TEAM_TIME_ZONE must be a time zone such as Europe/Berlin or America/New_York');

const slackToken = (name: string, prefix: string, where: string) =>
  z.string().startsWith(prefix, `${name} must start with ${prefix} (${where})`);

const schema = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce
    .number('PORT must be a number')
    .int('PORT must be a whole number')
    .min(0, 'PORT must be between 0 and 65535')
    .max(65_535, 'PORT must be between 0 and 65535')
    .default(4318),
  DATABASE_PATH: z.string().min(1).default('data/quota-watch.db'),
  SLACK_BOT_TOKEN: slackToken('SLACK_BOT_TOKEN', 'xoxb-', 'Slack app settings, OAuth & Permissions').optional(),
  SLACK_APP_TOKEN: slackToken(
    'SLACK_APP_TOKEN',
    'xapp-',
    'Slack app settings, Basic Information, with connections:write',
  ).optional(),
  SLACK_API_URL: z.url('SLACK_API_URL must be an address such as http://127.0.0.1:8080/api/').optional(),
  ALERT_CHANNEL: channelId('ALERT_CHANNEL').optional(),
  SUMMARY_CHANNEL: channelId('SUMMARY_CHANNEL').optional(),
  TEAM_TIME_ZONE: zone.default(() => Intl.DateTimeFormat().resolvedOptions().timeZone),
  SUMMARY_AT: z
    .string()
    .default('Mon 09:00')
    .transform((text, context) => {
      const at = parseSummaryAt(text);
      if (at) return at;
      context.addIssue({ code: 'custom', message: 'SUMMARY_AT must be a weekday and a time such as Mon 09:00' });
      return z.NEVER;
    }),
  CHANNEL_NAMES: z
    .enum(['consent', 'always', 'never'], 'CHANNEL_NAMES must be consent, always or never')
    .default('consent'),
  ADMIN_USERS: z.string().default('').transform(adminUsers),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'PUBLIC_URL must be an address such as https://quota.example.com' })
    .optional(),
  TRUST_PROXY: z
    .string()
    .default('false')
    .refine(isProxySetting, 'TRUST_PROXY must be true, false, or addresses such as 10.0.0.0/8,127.0.0.1')
    .transform(proxySetting),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
});

type Settings = z.infer<typeof schema>;

/** Slack itself, or the local workspace where no tokens are set. */
type SlackConfig =
  | { readonly is: 'local_workspace' }
  | {
      readonly is: 'slack';
      readonly botToken: string;
      readonly appToken: string;
      readonly apiUrl: string | undefined;
      readonly alertChannel: string;
      readonly summaryChannel: string;
    };

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly databasePath: string;
  readonly slack: SlackConfig;
  readonly zone: string;
  readonly summaryAt: Settings['SUMMARY_AT'];
  readonly channelNames: Settings['CHANNEL_NAMES'];
  /** Slack user ids of those who administer Quota Watch; none: the admins of the Slack workspace do. */
  readonly adminUsers: readonly string[];
  /** What `connect` prints; undefined: the address that the collector listens on. */
  readonly publicUrl: string | undefined;
  readonly trustProxy: boolean | string;
  readonly logLevel: Settings['LOG_LEVEL'];
}

/** Reads the settings. Throws a `ConfigError` that names everything wrong at once. Empty values count as unset. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = schema.safeParse(set);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => issue.message);
  const all = [...problems, ...slackProblems(set)];
  if (!parsed.success || all.length > 0) throw new ConfigError(all);
  const settings = parsed.data;
  return {
    host: settings.HOST,
    port: settings.PORT,
    databasePath: settings.DATABASE_PATH,
    slack: slackConfig(settings),
    zone: settings.TEAM_TIME_ZONE,
    summaryAt: settings.SUMMARY_AT,
    channelNames: settings.CHANNEL_NAMES,
    adminUsers: settings.ADMIN_USERS,
    publicUrl: settings.PUBLIC_URL?.replace(/\/+$/, ''),
    trustProxy: settings.TRUST_PROXY,
    logLevel: settings.LOG_LEVEL,
  };
}

const TOGETHER = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'ALERT_CHANNEL'] as const;

/** Slack needs all three; with none of them the local workspace opens, which only this machine may reach. */
function slackProblems(set: Readonly<Record<string, string | undefined>>): readonly string[] {
  const missing = TOGETHER.filter((name) => set[name] === undefined);
  if (missing.length > 0 && missing.length < TOGETHER.length) {
    return [`${missing.join(' and ')} must be set too: Slack needs ${TOGETHER.join(', ')} together`];
  }
  if (isLoopback(set.HOST)) return [];
  if (missing.length > 0) {
    return [
      `HOST=${set.HOST} needs Slack: set ${TOGETHER.join(', ')}, or leave HOST at 127.0.0.1 for the local workspace`,
    ];
  }
  if (set.PUBLIC_URL !== undefined) return [];
  return [`HOST=${set.HOST} needs PUBLIC_URL: the address that developers reach, such as https://quota.example.com`];
}

function slackConfig(settings: Settings): SlackConfig {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, ALERT_CHANNEL: alertChannel } = settings;
  if (botToken === undefined || appToken === undefined || alertChannel === undefined) return { is: 'local_workspace' };
  const apiUrl = settings.SLACK_API_URL;
  return {
    is: 'slack',
    botToken,
    appToken,
    apiUrl,
    alertChannel,
    summaryChannel: settings.SUMMARY_CHANNEL ?? alertChannel,
  };
}

const NO_USER =
  'ADMIN_USERS must be Slack user ids such as U0123456789,U9876543210 (in Slack: profile, three dots, Copy member ID)';

/** Slack user ids, separated by commas. */
function adminUsers(text: string, context: z.RefinementCtx<string>): readonly string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const wrong = ids.filter((id) => !/^[UW][A-Z0-9]{6,}$/.test(id));
  if (wrong.length > 0) context.addIssue({ code: 'custom', message: `${NO_USER}; it names ${wrong.join(', ')}` });
  return [...new Set(ids)];
}

/** `true`, `false`, or the addresses of the proxies, separated by commas. */
function proxySetting(text: string): boolean | string {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function isProxySetting(text: string): boolean {
  return text === 'true' || text === 'false' || text.split(',').every((address) => isAddressOrRange(address.trim()));
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return /^\d+$/.test(bits) && Number(bits) <= most && rest.length === 0;
}

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isLoopback(host: string | undefined): boolean {
  return host === undefined || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
