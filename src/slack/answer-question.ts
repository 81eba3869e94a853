import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Developer } from '../model/developer.ts';
import type { Plan } from '../model/plans.ts';
import { DAY_MS, plus } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import { type ChannelNames, displayName } from './display-name.ts';
import type { People } from './people.ts';
import type { QuotaQuestion } from './quota-words.ts';
import { reportOf } from './report-of.ts';
import { versionsFor } from './versions-for.ts';
import { type Message, section } from './views/blocks.ts';
import { connectAnswer } from './views/connect-answer.ts';
import { helpAnswer, unknownCommandAnswer } from './views/help-answer.ts';
import { incidentsAnswer } from './views/incidents-answer.ts';
import { planAnswer, planSetAnswer, unknownPlanAnswer } from './views/plan-answer.ts';
import { quotaAnswer } from './views/quota-answer.ts';
import { versionsAnswer } from './views/versions-answer.ts';

export interface AnswerDeps {
  readonly store: Store;
  readonly people: Pick<People, 'developer' | 'person'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  readonly publicUrl: string;
  readonly channelNames: ChannelNames;
  /** The team's zone, for people whose own Slack did not tell. */
  readonly zone: string;
}

export type AnswerQuestion = ReturnType<typeof createAnswerQuestion>;

/** Answers `/quota …` for the Slack user who asks. */
export function createAnswerQuestion(deps: AnswerDeps) {
  const { store, people, clock, log } = deps;

  return async (question: QuotaQuestion, asker: string): Promise<Message> => {
    switch (question.is) {
      case 'help':
        return helpAnswer();
      case 'unknown':
        return unknownCommandAnswer(question.typed, question.nearest);
      case 'own':
        return quotaAnswer(report(await developerOf(asker), undefined));
      case 'incidents':
        return incidents(await developerOf(asker));
      case 'versions':
        return versionsAnswer(versionsFor(store, (await developerOf(asker)).id, clock.now()));
      case 'connect':
        return connect(await people.developer(asker));
      case 'plan':
        return planAnswer((await developerOf(asker)).plan, clock.now());
      case 'set_plan':
        return setPlan(await developerOf(asker), question.plan);
      case 'unknown_plan':
        return unknownPlanAnswer(question.typed, question.nearest);
      case 'user':
        return question.slackUser === asker
          ? quotaAnswer(report(await developerOf(asker), undefined))
          : await colleague(question.slackUser, asker);
    }
  };

  /** From the database alone where they are known there, so that the answer does not wait for Slack. */
  async function developerOf(slackUser: string): Promise<Developer> {
    return store.developers.findBySlackUser(slackUser) ?? (await people.developer(slackUser));
  }

  function report(developer: Developer, who: string | undefined, reader = developer) {
    return reportOf(store, developer, { who, now: clock.now(), zone: reader.timeZone ?? deps.zone });
  }

  function incidents(developer: Developer): Message {
    const now = clock.now();
    const recent = store.incidents.recentOf(developer.id, plus(now, -7 * DAY_MS), 200).map(({ incident }) => incident);
    return incidentsAnswer(recent, { now, zone: developer.timeZone ?? deps.zone });
  }

  function connect(developer: Developer): Message {
    const token = store.tokens.create({ of: 'developer', developer: developer.id }, clock.now());
    log.info({ developer: developer.id }, 'personal token created');
    const hasConsented = deps.channelNames === 'consent' ? developer.hasConsentedToNames : undefined;
    return connectAnswer({ publicUrl: deps.publicUrl, token, hasConsented });
  }

  function setPlan({ id }: Developer, plan: Plan): Message {
    store.developers.setPlan(id, plan);
    log.info({ developer: id, plan }, 'plan set');
    return planSetAnswer(plan, clock.now());
  }

  async function colleague(slackUser: string, asker: string): Promise<Message> {
    const [developer, reader] = await Promise.all([developerOf(slackUser), developerOf(asker)]);
    const isAllowed = developer.hasConsentedToNames || (await people.person(asker)).isAdmin;
    if (!isAllowed) return refusal(slackUser, deps.channelNames);
    log.info({ asker: reader.id, developer: developer.id }, 'quota of a colleague shown');
    return quotaAnswer(report(developer, displayName({ ...developer, slackUser }, 'always'), reader));
  }
}

function refusal(slackUser: string, channelNames: ChannelNames): Message {
  const text =
    channelNames === 'consent'
      ? `<@${slackUser}> has not agreed to share their quota. They can at \`/quota connect\`, or ask an admin.`
      : `Only <@${slackUser}> and admins see that quota.`;
  return { text, blocks: [section(text)] };
}
