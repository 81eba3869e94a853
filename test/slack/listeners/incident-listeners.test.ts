import { beforeEach, describe, expect, test } from 'vitest';
import { createRespond } from '../../../src/jobs/respond.ts';
import type { DeveloperId, IncidentId } from '../../../src/model/ids.ts';
import type { DeveloperIncident, Incident } from '../../../src/model/incident.ts';
import type { EpochMs } from '../../../src/model/time.ts';
import { incidentAcknowledged } from '../../../src/slack/listeners/incident-acknowledged.ts';
import { incidentMore } from '../../../src/slack/listeners/incident-more.ts';
import { incidentSnoozed } from '../../../src/slack/listeners/incident-snoozed.ts';
import { createNaming } from '../../../src/slack/naming.ts';
import { createRespondToIncident } from '../../../src/slack/respond-to-incident.ts';
import { createShowDetails } from '../../../src/slack/show-details.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { hours, minutes, NOON } from '../../support/builders.ts';
import { invalidMessage } from '../../support/valid-slack.ts';
import { broken, lockedOut, over, regressed } from '../incidents.ts';
import { fineView, linesOf, shown } from '../seen.ts';

const ADA = 'U000000ADA';
const GRACE = 'U00000GRACE';
const ADMIN = 'U00000ADMIN';

let store: Store;
let ada: DeveloperId;
let told: unknown[];
let opened: { trigger: string; lines: readonly string[] }[];
let touched: DeveloperId[];
let now: EpochMs;

beforeEach(() => {
  store = openStore(':memory:', NOON);
  ada = knownInSlack(ADA, 'Ada');
  knownInSlack(GRACE, 'Grace');
  told = [];
  opened = [];
  touched = [];
  now = minutes(20);
});

function knownInSlack(slackUser: string, name: string): DeveloperId {
  return store.developers.forSlackUser({ slackUser, email: undefined, name, timeZone: 'America/New_York' }, NOON);
}

function listeners() {
  const people = { slackUserOf: async ({ slackUser }: { slackUser: string | undefined }) => slackUser };
  const deps = {
    store,
    people,
    naming: createNaming({ store, people, channelNames: 'consent' }),
    isAdmin: async (slackUser: string) => slackUser === ADMIN,
    respond: createRespond({ store }),
    touched: (developer: DeveloperId) => void touched.push(developer),
    clock: { now: () => now },
    zone: 'Asia/Tokyo',
  };
  const respondToIncident = createRespondToIncident(deps);
  return {
    acknowledged: incidentAcknowledged(respondToIncident),
    snoozed: incidentSnoozed(respondToIncident),
    more: incidentMore({
      respondToIncident,
      showDetails: createShowDetails(deps),
      openView: async (trigger, view) => void opened.push({ trigger, lines: linesOf(fineView(view)) }),
    }),
  };
}

function click(user: string) {
  return {
    body: { user: { id: user }, trigger_id: 'T1' },
    ack: async () => void told.push('ack'),
    respond: async (answer: object) => void told.push(answer),
  };
}

const acknowledge = (value: string | number, user = ADA) =>
  listeners().acknowledged({ ...click(user), action: { value: String(value) } });
const choose = (listener: 'snoozed' | 'more', value: string, user = ADA) =>
  listeners()[listener]({ ...click(user), action: { selected_option: { value } } });

/** What only the clicker was told after the click was acknowledged; none: the alert shows what came of it. */
function answers(): readonly string[] {
  const [first, ...rest] = told;
  expect(first).toBe('ack');
  return rest.map((answer) => {
    expect(answer).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(invalidMessage({ ...(answer as object) })).toEqual([]);
    return shown((answer as { text: string }).text);
  });
}

function stored(incident: DeveloperIncident): IncidentId {
  return store.incidents.add({ ...incident, developer: ada });
}

const incidentAt = (id: IncidentId): Incident | undefined => store.incidents.find(id)?.incident;
const eventsOf = (id: IncidentId) => store.events.between(id, 0, 1000).map(({ event, by }) => [event, by]);

describe('acknowledging', () => {
  test('by the owner is kept with who and when, and shows in the alert alone', async () => {
    const id = stored(broken());
    await acknowledge(id);
    expect(answers()).toEqual([]);
    expect(incidentAt(id)?.acknowledged).toEqual({ at: now, by: ADA });
    expect(touched).toEqual([ada]);
  });

  test('by an admin is as good', async () => {
    const id = stored(broken());
    await acknowledge(id, ADMIN);
    expect(incidentAt(id)?.acknowledged).toEqual({ at: now, by: ADMIN });
  });

  test('by anybody else changes nothing, and tells nobody whose it is', async () => {
    const id = stored(broken());
    await acknowledge(id, GRACE);
    expect(answers()).toEqual([
      'Only the developer whose alert this is, and admins, can do that. Your own alerts are at `/quota incidents`.',
    ]);
    expect(incidentAt(id)?.acknowledged).toBeUndefined();
    expect(touched).toEqual([]);
  });

  test('a regression is for anybody', async () => {
    const id = store.incidents.add(regressed({ developers: [ada] }));
    await acknowledge(id, GRACE);
    expect(answers()).toEqual([]);
    expect(incidentAt(id)?.acknowledged).toEqual({ at: now, by: GRACE });
    expect(touched).toEqual([]);
  });

  test('twice changes nothing more, and says who was first', async () => {
    const id = stored(broken());
    await acknowledge(id);
    told = [];
    now = minutes(30);
    await acknowledge(id, ADMIN);
    expect(answers()).toEqual([`This was acknowledged already, by <@${ADA}> at 21:20.`]);
    told = [];
    await acknowledge(id);
    expect(answers()).toEqual(['This was acknowledged already, by you at 07:20.']);
    expect(eventsOf(id)).toEqual([['acknowledged', ADA]]);
    expect(incidentAt(id)?.acknowledged?.at).toBe(minutes(20));
  });

  test('too late is told that it is over', async () => {
    const id = stored(over(broken(), 'healthy'));
    await acknowledge(id);
    expect(answers()).toEqual(['This is over since 07:12: nothing is left to do.']);
    expect(incidentAt(id)?.acknowledged).toBeUndefined();
  });

  test.each(['999', 'nonsense', ''])('%j, which nobody knows any more, is told so', async (value) => {
    await acknowledge(value);
    expect(answers()).toEqual(['Nothing is known of this incident any more: its data was deleted.']);
  });

  test('a sample says that the button works', async () => {
    await acknowledge('sample', GRACE);
    expect(answers()).toEqual(['This works. The alert is a sample, so there is nothing behind it.']);
  });

  test('is told so where the data went while Slack was asked', async () => {
    const id = stored(broken());
    const gone = createRespondToIncident({
      store,
      people: { slackUserOf: async () => ADA },
      isAdmin: async () => false,
      respond: () => ({ is: 'gone' }),
      touched: () => {},
      clock: { now: () => now },
      zone: 'UTC',
    });
    expect(await gone(id, 'acknowledge', ADA)).toMatchObject({ text: expect.stringContaining('was deleted') });
  });
});

describe('snoozing', () => {
  test.each([
    ['hour', broken(), hours(1) + 20 * 60_000],
    ['week', broken(), hours(7 * 24) + 20 * 60_000],
    ['reset', lockedOut(), hours(4)],
  ] as const)('for %s ends by itself', async (length, incident, until) => {
    const id = stored(incident);
    await choose('snoozed', `${length}:${id}`);
    expect(answers()).toEqual([]);
    expect(store.mutes.find(ada, incident.kind, now)).toMatchObject({ until, by: ADA });
    expect(touched).toEqual([ada]);
  });

  test('twice changes nothing more, and says until when', async () => {
    const id = stored(broken());
    await choose('snoozed', `hour:${id}`);
    told = [];
    await choose('snoozed', `hour:${id}`);
    expect(answers()).toEqual(['This kind is snoozed already, until 08:20.']);
    expect(eventsOf(id)).toEqual([['snoozed', ADA]]);
  });

  test('is not for others, nor for what is over', async () => {
    const id = stored(broken());
    await choose('snoozed', `hour:${id}`, GRACE);
    expect(answers()).toEqual([expect.stringMatching(/^Only the developer/)]);
    told = [];
    store.incidents.update(id, { ...over(broken(), 'quiet'), developer: ada });
    await choose('snoozed', `hour:${id}`);
    expect(answers()).toEqual(['This is over since 07:12: nothing is left to do.']);
    expect(store.mutes.of(ada, now)).toEqual([]);
  });

  test('with a value that is none of ours does nothing', async () => {
    await choose('snoozed', 'forever:1');
    expect(answers()).toEqual([]);
  });
});

describe('the small menu', () => {
  test.each([
    ['planned', 'planned'],
    ['false_alarm', 'a false alarm'],
  ] as const)('takes what somebody thinks of it: %s, also when it is over', async (option, words) => {
    const id = stored(over(broken(), 'healthy'));
    await choose('more', `${option}:${id}`);
    expect(answers()).toEqual([]);
    expect(incidentAt(id)?.feedback).toEqual({ is: option, at: now, by: ADA });
    told = [];
    await choose('more', `${option}:${id}`);
    expect(answers()).toEqual([`This was marked as ${words} already, by you at 07:20.`]);
    expect(eventsOf(id)).toEqual([[option, ADA]]);
  });

  test('acknowledges from a line of a digest', async () => {
    const id = stored(broken());
    await choose('more', `acknowledge:${id}`);
    expect(incidentAt(id)?.acknowledged?.by).toBe(ADA);
  });

  test('with a value that is none of ours does nothing', async () => {
    await choose('more', 'delete:1');
    expect(answers()).toEqual([]);
    expect(opened).toEqual([]);
  });
});

describe('Details', () => {
  test('open for the owner with the click’s own trigger, in their zone, and are nobody else’s business', async () => {
    const id = stored(broken());
    await choose('more', `details:${id}`);
    expect(answers()).toEqual([]);
    expect(opened).toMatchObject([{ trigger: 'T1' }]);
    expect(opened[0]?.lines[0]).toBe(':warning: *Prompt cache broken: 2 turns rewrote 120k tokens*');
    expect(opened[0]?.lines.join('\n')).toContain('Times in America/New_York.');
    expect(store.audit.recent(10)).toEqual([]);
  });

  test('open for an admin with the owner’s name, which is written down', async () => {
    const id = stored({ ...broken(), acknowledged: { at: minutes(3), by: ADA } });
    store.events.add({ incident: id, at: minutes(3), event: 'acknowledged', by: ADA });
    await choose('more', `details:${id}`, ADMIN);
    expect(opened[0]?.lines[0]).toMatch(new RegExp(` · <@${ADA}>$`));
    expect(opened[0]?.lines).toContain(`:eyes: 21:03 · Acknowledged by <@${ADA}>`);
    expect(store.audit.recent(10)).toEqual([
      { at: now, by: ADMIN, action: 'details_seen', developer: ada, detail: `incident ${id}` },
    ]);
  });

  test('stay closed for others', async () => {
    await choose('more', `details:${stored(broken())}`, GRACE);
    expect(opened).toEqual([]);
    expect(answers()[0]).toMatch(/^Only the developer/);
    expect(store.audit.recent(10)).toEqual([]);
  });

  test('of a regression open for anybody, with no name that the channel may not know', async () => {
    const id = store.incidents.add(regressed({ developers: [ada] }));
    store.incidents.add({ ...broken({}, { partOf: id }), developer: ada });
    store.incidents.update(id, {
      ...regressed({ developers: [ada] }),
      acknowledged: { at: minutes(3), by: GRACE },
    });
    await choose('more', `details:${id}`, GRACE);
    expect(opened[0]?.lines[0]).toMatch(/ · 1 developer$/);
    expect(opened[0]?.lines.join('\n')).not.toContain(ADA);
    expect(opened[0]?.lines).toContain(`:eyes: Acknowledged by <@${GRACE}> at 07:03`);
    expect(store.audit.recent(10)).toEqual([]);
  });

  test.each([
    ['details:999', /its data was deleted/],
    ['details:sample', /sample/],
  ])('%s say why there are none', async (value, words) => {
    await choose('more', value);
    expect(opened).toEqual([]);
    expect(answers()[0]).toMatch(words);
  });
});

test('a failure is passed on to where apologies are made', async () => {
  const broke = incidentAcknowledged(() => Promise.reject(new Error('away')));
  await expect(broke({ ...click(ADA), action: { value: '1' } })).rejects.toThrow('away');
  expect(told).toEqual(['ack']);
});
