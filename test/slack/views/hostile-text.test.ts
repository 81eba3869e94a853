import { describe, expect, test } from 'vitest';
import { accountId, incidentId, sessionId } from '../../../src/model/ids.ts';
import type { DeveloperIncident, FleetIncident } from '../../../src/model/incident.ts';
import { displayName } from '../../../src/slack/display-name.ts';
import { groupName } from '../../../src/slack/group-name.ts';
import { absorbedAlert } from '../../../src/slack/views/absorbed-alert.ts';
import { adminReport } from '../../../src/slack/views/admin-report.ts';
import { appHome } from '../../../src/slack/views/app-home.ts';
import { detailsModal, fleetDetailsModal } from '../../../src/slack/views/details-modal.ts';
import { digest } from '../../../src/slack/views/digest.ts';
import { fleetThread } from '../../../src/slack/views/fleet-thread.ts';
import { unknownCommandAnswer } from '../../../src/slack/views/help-answer.ts';
import { fleetAlert, incidentAlert } from '../../../src/slack/views/incident-alert.ts';
import { incidentsAnswer } from '../../../src/slack/views/incidents-answer.ts';
import { openAgainReply } from '../../../src/slack/views/open-again-reply.ts';
import { quotaAnswer } from '../../../src/slack/views/quota-answer.ts';
import { turnsChart } from '../../../src/slack/views/turns-chart.ts';
import { weeklySummaryThread } from '../../../src/slack/views/weekly-summary-thread.ts';
import { weekOf } from '../../../src/summary/schedule.ts';
import { DEVELOPER, hours, NOON } from '../../support/builders.ts';
import { home } from '../homes.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import {
  ANSWERABLE,
  broken,
  burning,
  counted,
  downgraded,
  inflated,
  lockedOut,
  missesMore,
  over,
  passed,
  ranAway,
  regressed,
  resumed,
  resumesWorse,
  SIX_POINTS,
  silent,
  spawned,
  spiked,
  storming,
  THREE_LOSSES,
} from '../incidents.ts';
import { outlook, report } from '../reports.ts';
import { fine, fineView, linesOf, wordsOf } from '../seen.ts';

const READING = { now: NOON, zone: 'UTC' };

/** An incident of each kind in which everything that others wrote is this text. */
function incidentsSaying(text: string): readonly DeveloperIncident[] {
  const client = { session: sessionId(text), model: text, clientVersion: text };
  const cache = { ...client, cause: text };
  const points = { pointsLost: { ...SIX_POINTS, windowKind: text } };
  const window = { account: text, windowKind: text, scope: text };
  return [
    broken(cache, points),
    broken({ ...cache, extraCostMicros: undefined }),
    counted(cache, points),
    resumed(cache, points),
    lockedOut(window),
    passed(80, window),
    passed(100, window),
    burning(window),
    downgraded(client),
    storming({ clientVersion: text }),
    inflated({ model: text, clientVersion: text }),
    spiked({ ...window, model: text, session: sessionId(text), promptId: text }),
    ranAway({ window: { ...window, resetsAt: hours(4) } }),
    spawned(),
    silent('status_line'),
    silent('telemetry'),
  ];
}

const regressionsSaying = (text: string): readonly FleetIncident[] =>
  [regressed(), missesMore(), resumesWorse()].map(({ evidence }) => regressed({ ...evidence, clientVersion: text }));

/** A person who is known by their name alone, and one by their email alone. */
const namesSaying = (text: string): readonly string[] =>
  [
    { name: text, email: undefined },
    { name: undefined, email: `${text}@example.com` },
  ].map((known) =>
    displayName(
      {
        id: DEVELOPER,
        slackUser: undefined,
        timeZone: undefined,
        plan: undefined,
        hasConsentedToNames: true,
        ...known,
      },
      'consent',
    ),
  );

describe.each(HOSTILE_TEXTS)('%s', (_, text) => {
  const incidents = incidentsSaying(text);
  const harmless = incidentsSaying('harmless');
  const regressions = regressionsSaying(text);
  const names = namesSaying(text);

  test('stays text in every alert, for the channel and for its owner, and adds no line', () => {
    for (const [index, incident] of incidents.entries()) {
      for (const who of [undefined, ...names]) {
        for (const state of [incident, over(incident, 'quiet')]) {
          const lines = linesOf(fine(incidentAlert({ incident: state, who, ...ANSWERABLE, ...READING })));
          const model = harmless[index] ?? incident;
          const alike = { ...model, resolved: state.resolved };
          const expected = incidentAlert({ incident: alike, who: 'Ada', ...ANSWERABLE, ...READING });
          expect(lines).toHaveLength(linesOf(expected).length);
        }
      }
      fine(openAgainReply(incident, READING));
    }
  });

  test('stays text in the alert of a regression, in its thread, and in what points to it', () => {
    const parts = incidents.map((incident) => ({ incident, who: names[0] ?? '' }));
    for (const incident of regressions) {
      const who = groupName([...names, ...names, 'A developer']);
      const lines = wordsOf(fine(fleetAlert({ incident, who, losses: THREE_LOSSES, ...ANSWERABLE, ...READING })));
      expect(lines).toHaveLength(4);
      for (const part of parts) {
        const pointer = fine(
          absorbedAlert({ ...part, fleet: incident, channel: 'C0ALERTS', ...ANSWERABLE, ...READING }),
        );
        expect(wordsOf(pointer).length).toBeLessThanOrEqual(3);
      }
    }
    expect(linesOf(fine(fleetThread(parts, READING)))).toHaveLength(1 + parts.length);
  });

  test('stays text in the turns of a broken cache', () => {
    fine(turnsChart(broken({ session: sessionId(text), model: text, clientVersion: text, cause: text }), READING));
  });

  test('stays text in Details, and in a digest', () => {
    const told = { nameOf: () => names[0] ?? '', events: [], isOwner: false, ...READING };
    for (const incident of incidents) fineView(detailsModal({ incident, who: names[1], ...told }));
    const parts = incidents.map((incident) => ({ incident, who: names[0] ?? '' }));
    for (const incident of regressions) {
      fineView(fleetDetailsModal({ incident, who: groupName(names), losses: THREE_LOSSES, parts, ...told }));
    }
    const all = [...incidents, ...regressions].map((incident, index) => ({
      incident,
      handle: incidentId(index + 1),
      who: names[0] ?? '',
    }));
    fine(digest({ parts: all, hasPseudonyms: true, ...READING }));
  });

  test('stays text in what is said of a channel that cannot be reached', () => {
    fine(adminReport({ channel: text, code: text, since: NOON, ...READING }));
  });

  test('stays text in lists, in the answer to /quota and in App Home', () => {
    const parts = incidents.map((incident) => ({ ...incident, partOf: incidentId(1) }));
    fine(incidentsAnswer([...incidents, ...parts, ...regressions], READING));
    const windows = [outlook({ kind: text, scope: text, account: accountId(text) }), outlook()];
    for (const who of [undefined, ...names]) {
      const facts = report({ who, windows, openIncidents: incidents });
      fine(quotaAnswer(facts));
      fineView(appHome(home({ quota: facts, incidents })));
    }
  });

  test('stays text in the thread of the Monday summary', () => {
    const week = weekOf('2026-W47', 'UTC');
    const told = [
      ...regressions.map((incident) => ({ incident, who: groupName(names), losses: THREE_LOSSES })),
      ...incidents.map((incident) => ({ incident, who: names[0] ?? '' })),
    ];
    fine(weeklySummaryThread({ week, worst: told, more: 0 }, READING));
  });

  test('stays text when it was typed', () => {
    const message = fine(unknownCommandAnswer(text, 'help'));
    expect(message.text.split('\n')).toHaveLength(1);
  });

  test('never leaves a person without a name', () => {
    for (const name of names) expect(name.trim()).not.toBe('');
  });
});
