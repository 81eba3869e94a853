import type { App } from '@slack/bolt';
import { type AnswerDeps, createAnswerQuestion } from './answer-question.ts';
import { appHomeOpened } from './listeners/app-home-opened.ts';
import { namesConsent } from './listeners/names-consent.ts';
import { quotaCommand } from './listeners/quota-command.ts';
import { reportOf } from './report-of.ts';
import { CONSENT_ACTION, WITHDRAW_ACTION } from './views/connect-answer.ts';

/** Everything that people can do in Slack, one line each. */
export function registerListeners(app: Pick<App, 'command' | 'action' | 'event'>, deps: AnswerDeps): void {
  const { store, people, clock, zone } = deps;
  app.command('/quota', quotaCommand(createAnswerQuestion(deps)));
  app.action(CONSENT_ACTION, namesConsent(deps, 'given'));
  app.action(WITHDRAW_ACTION, namesConsent(deps, 'withdrawn'));
  app.event(
    'app_home_opened',
    appHomeOpened({
      people,
      reportOf: (developer) =>
        reportOf(store, developer, { who: undefined, now: clock.now(), zone: developer.timeZone ?? zone }),
    }),
  );
}
