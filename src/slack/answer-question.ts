import type { EpochMs } from '../model/time.ts';
import { type ConnectDeps, connectAnswerer } from './answers/connect.ts';
import { type DoctorDeps, doctorAnswerer } from './answers/doctor.ts';
import { type IncidentsDeps, incidentsAnswerer } from './answers/incidents.ts';
import { type LeavingDeps, leavingAnswerer } from './answers/leaving.ts';
import { type PlanDeps, planAnswerer } from './answers/plan.ts';
import { type QuotaDeps, quotaAnswerer } from './answers/quota.ts';
import { type SampleDeps, sampleAnswerer } from './answers/sample.ts';
import { type TeamDeps, teamAnswerer } from './answers/team.ts';
import { developerOf } from './developer-of.ts';
import type { QuotaQuestion } from './quota-words.ts';
import { createVersionsFor } from './versions-for.ts';
import type { Message } from './views/blocks.ts';
import { commandHelp, helpAnswer, unclearPersonAnswer, unknownCommandAnswer } from './views/help-answer.ts';
import { unknownPlanAnswer } from './views/plan-answer.ts';
import { versionsAnswer } from './views/versions-answer.ts';

/** Who asks; with the trigger id a window can be opened for three seconds. */
export interface Asker {
  readonly slackUser: string;
  readonly triggerId: string;
}

/** Answers by a window: undefined once it is open, a message where there is something else to say. Each checks who may. */
type WindowAnswerer = (asker: string, triggerId: string) => Promise<Message | undefined>;

export interface AnswerDeps
  extends QuotaDeps,
    TeamDeps,
    IncidentsDeps,
    PlanDeps,
    ConnectDeps,
    DoctorDeps,
    LeavingDeps,
    SampleDeps {
  readonly store: QuotaDeps['store'];
  readonly log: QuotaDeps['log'];
  /** The running week, for a reader in their zone. */
  readonly weekSoFar: (now: EpochMs, reader: { readonly zone: string }) => Promise<Message>;
  readonly administration: {
    readonly connectTeam: WindowAnswerer;
    readonly openTokens: WindowAnswerer;
    readonly openSettings: WindowAnswerer;
    readonly forgetMe: WindowAnswerer;
  };
}

export type AnswerQuestion = ReturnType<typeof createAnswerQuestion>;

/** Answers `/quota …` for whoever asks: an index of questions. Undefined: a window answers. */
export function createAnswerQuestion(deps: AnswerDeps) {
  const { store, clock, administration } = deps;
  const quota = quotaAnswerer(deps);
  const team = teamAnswerer(deps);
  const incidents = incidentsAnswerer(deps);
  const plan = planAnswerer(deps);
  const connect = connectAnswerer(deps);
  const doctor = doctorAnswerer(deps);
  const leaving = leavingAnswerer(deps);
  const sample = sampleAnswerer(deps);
  const versionsFor = createVersionsFor(deps);

  return async (question: QuotaQuestion, { slackUser, triggerId }: Asker): Promise<Message | undefined> => {
    const asker = () => developerOf(deps, slackUser);
    switch (question.is) {
      case 'own':
        return quota.own(await asker());
      case 'user':
        return question.slackUser === slackUser
          ? quota.own(await asker())
          : await quota.ofColleague(question.slackUser, slackUser);
      case 'unclear_user':
        return unclearPersonAnswer();
      case 'team':
        return team(await asker());
      case 'incidents':
        return incidents(await asker());
      case 'versions':
        return versionsAnswer(await versionsFor((await asker()).id, clock.now()));
      case 'summary':
        return await deps.weekSoFar(clock.now(), { zone: (await asker()).timeZone ?? deps.zone });
      case 'plan':
        return plan.current(await asker());
      case 'set_plan':
        return plan.choose(await asker(), question.plan);
      case 'unknown_plan':
        return unknownPlanAnswer(question.typed, question.nearest);
      case 'connect':
        return connect(await deps.people.developer(slackUser));
      case 'doctor':
        return doctor(await asker());
      case 'disconnect':
        return leaving.disconnect(await asker());
      case 'privacy':
        return leaving.privacy(store.developers.findBySlackUser(slackUser));
      case 'forget_me':
        return await administration.forgetMe(slackUser, triggerId);
      case 'connect_team':
        return await administration.connectTeam(slackUser, triggerId);
      case 'tokens':
        return await administration.openTokens(slackUser, triggerId);
      case 'settings':
        return await administration.openSettings(slackUser, triggerId);
      case 'test':
        return await sample(slackUser);
      case 'help':
        return question.topic === undefined ? helpAnswer() : commandHelp(question.topic);
      case 'unknown':
        return unknownCommandAnswer(question.typed, question.nearest);
    }
  };
}
