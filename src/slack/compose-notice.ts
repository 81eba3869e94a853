import { type Incident, isFleetIncident } from '../model/incident.ts';
import type { EpochMs } from '../model/time.ts';
import type { DigestId } from '../store/digest-store.ts';
import type { Notice, NoticeSubject } from '../store/notice.ts';
import type { ComposeDeps } from './compose-deps.ts';
import { composeDigest } from './compose-digest.ts';
import { composeForDeveloper } from './compose-for-developer.ts';
import { createComposeIncident } from './compose-incident.ts';
import { type Composed, say, skip } from './composed.ts';
import { firstDataOf } from './first-data-of.ts';
import { createNaming } from './naming.ts';
import { adminReport } from './views/admin-report.ts';
import { sampleAlert } from './views/sample-alert.ts';

type Subject<Of extends NoticeSubject['of']> = Extract<NoticeSubject, { readonly of: Of }>;

/** Turns a notice into what it says now: its subject as it stands at this moment, not as it was when it was decided. */
export function createComposeNotice(deps: ComposeDeps) {
  const { store, people, zone } = deps;
  const naming = createNaming(deps);
  const composeIncident = createComposeIncident({ ...deps, naming, channelOf });

  return async (notice: Notice, now: EpochMs): Promise<Composed> => {
    const { subject } = notice;
    switch (subject.of) {
      case 'incident':
        return await composeIncident(subject.incident, notice, now);
      case 'digest':
        return await ofDigest(subject, now);
      case 'summary':
        return await ofSummary(notice, now);
      case 'admin_report':
        return ofAdminReport(subject, notice, now);
      case 'first_data':
        return await ofFirstData(subject);
      case 'sample':
        return say(notice.recipient ?? deps.alertChannel(), sampleAlert({ now, zone }));
    }
  };

  /** Where it stands already, also after admins chose another channel. */
  function channelOf(subject: NoticeSubject): string {
    return store.notices.message(subject, 'channel')?.channel ?? deps.alertChannel();
  }

  async function ofDigest(subject: Subject<'digest'>, now: EpochMs): Promise<Composed> {
    const isSaid = store.notices.message(subject, 'channel') !== undefined;
    if (!isSaid && isToldByFleet(subject.digest)) return skip('all of it is part of the regression');
    const message = await composeDigest({ store, naming, zone }, subject.digest, now);
    return message ? say(channelOf(subject), message) : skip('its incidents are gone');
  }

  /** Whether a regression speaks for each of its incidents by now. */
  function isToldByFleet(id: DigestId): boolean {
    const incidents = store.digests.incidentsOf(id).flatMap((one) => store.incidents.find(one)?.incident ?? []);
    const isPart = (incident: Incident) => !isFleetIncident(incident) && incident.partOf !== undefined;
    return incidents.length > 0 && incidents.every(isPart);
  }

  async function ofSummary(notice: Notice, now: EpochMs): Promise<Composed> {
    const message = await deps.composeSummary(notice, now);
    if (!message) return skip('the summary has nothing more to say');
    // Its thread stays where it was begun, also after admins chose another channel.
    const standing = store.notices.message(notice.subject, 'summary_channel');
    return say(standing?.channel ?? deps.summaryChannel(), message);
  }

  function ofAdminReport({ report: id }: Subject<'admin_report'>, { recipient }: Notice, now: EpochMs): Composed {
    const report = store.adminReports.find(id);
    if (!report || recipient === undefined) return skip('nobody knows what to report to whom');
    const zoneOfReader = store.developers.findBySlackUser(recipient)?.timeZone ?? zone;
    return say(recipient, adminReport({ ...report.problem, since: report.at, now, zone: zoneOfReader }));
  }

  async function ofFirstData({ developer: id }: Subject<'first_data'>): Promise<Composed> {
    const message = firstDataOf(store, id);
    if (!message) return skip('nothing was heard');
    return await composeForDeveloper(people, store.developers.find(id), (slackUser) => say(slackUser, message));
  }
}
