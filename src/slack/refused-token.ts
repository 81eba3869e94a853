import { slackFailure } from './slack-answer.ts';

type Setting = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/** Slack does not accept a token; the message says which setting to mend. */
export class RefusedToken extends Error {
  constructor(setting: Setting, problem: string) {
    super(`Slack refuses ${setting} (${problem}): please set it anew (${WHERE[setting]}).`);
    this.name = 'RefusedToken';
  }
}

const WHERE: Readonly<Record<Setting, string>> = {
  SLACK_BOT_TOKEN: 'Slack app settings, OAuth & Permissions',
  SLACK_APP_TOKEN: 'Slack app settings, Basic Information, with connections:write',
};

/** What waiting does not mend. */
const PROBLEMS = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'missing_scope',
  'no_permission',
  'org_login_required',
  'forbidden_team',
  'app_uninstalled',
]);

/** Rethrows what went wrong, as `RefusedToken` where it is the token. */
export function asRefusedToken(setting: Setting): (error: unknown) => never {
  return (error) => {
    const failure = slackFailure(error);
    if (failure.is === 'refused' && PROBLEMS.has(failure.problem)) throw new RefusedToken(setting, failure.problem);
    throw error;
  };
}
