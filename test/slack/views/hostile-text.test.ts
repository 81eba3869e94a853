import { describe, expect, test } from 'vitest';
import { accountId, sessionId } from '../../../src/model/ids.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { displayName } from '../../../src/slack/display-name.ts';
import { appHome } from '../../../src/slack/views/app-home.ts';
import { unknownCommandAnswer } from '../../../src/slack/views/help-answer.ts';
import { incidentAlert, openAgainReply } from '../../../src/slack/views/incident-alert.ts';
import { incidentsAnswer } from '../../../src/slack/views/incidents-answer.ts';
import { quotaAnswer } from '../../../src/slack/views/quota-answer.ts';
import { DEVELOPER, NOON } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../hostile-texts.ts';
import { broken, burning, lockedOut, over, passed, resumed } from '../incidents.ts';
import { outlook, report } from '../reports.ts';
import { fine, fineView, linesOf } from '../seen.ts';

const READING = { now: NOON, zone: 'UTC' };

/** An incident of each kind in which everything that others wrote is this text. */
function incidentsSaying(text: string): readonly Incident[] {
  const cache = { session: sessionId(text), model: text, clientVersion: text, cause: text };
  const window = { account: text, windowKind: text, scope: text };
  return [broken(cache), resumed(cache), lockedOut(window), passed(80, window), passed(100, window), burning(window)];
}

/** A person who is known by their name alone, and one by their email alone. */
const namesSaying = (text: string): readonly string[] =>
  [
    { name: text, email: undefined },
    { name: undefined, email: `${text}@example.com` },
  ].map((known) =>
    displayName(
      { id: DEVELOPER, slackUser: undefined, timeZone: undefined, hasConsentedToNames: true, ...known },
      'consent',
    ),
  );

describe.each(HOSTILE_TEXTS)('%s', (_, text) => {
  const incidents = incidentsSaying(text);
  const harmless = incidentsSaying('harmless');

  test('stays text in every alert, for the channel and for its owner, and adds no line', () => {
    for (const [index, incident] of incidents.entries()) {
      for (const who of [undefined, ...namesSaying(text)]) {
        for (const state of [incident, over(incident, 'quiet')]) {
          const lines = linesOf(fine(incidentAlert({ incident: state, who, ...READING })));
          const model = harmless[index] ?? incident;
          const expected = incidentAlert({ incident: { ...model, resolved: state.resolved }, who: 'Ada', ...READING });
          expect(lines).toHaveLength(linesOf(expected).length);
        }
      }
      fine(openAgainReply({ incident, who: undefined, ...READING }));
    }
  });

  test('stays text in lists, in the answer to /quota and in App Home', () => {
    fine(incidentsAnswer([...incidents, ...incidents, ...incidents], READING));
    const windows = [outlook({ kind: text, scope: text, account: accountId(text) }), outlook()];
    for (const who of [undefined, ...namesSaying(text)]) {
      const facts = report({ who, windows, openIncidents: incidents });
      fine(quotaAnswer(facts));
      fineView(appHome(facts));
    }
  });

  test('stays text when it was typed', () => {
    const message = fine(unknownCommandAnswer(text, 'help'));
    expect(message.text.split('\n')).toHaveLength(1);
  });

  test('never leaves a person without a name', () => {
    for (const name of namesSaying(text)) expect(name.trim()).not.toBe('');
  });
});
