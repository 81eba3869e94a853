import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { createReportToAdmins, type ReportToAdmins } from '../../src/jobs/report-to-admins.ts';
import { DAY_MS } from '../../src/model/time.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';

const ARCHIVED = { is: 'cannot_post', channel: 'C1', code: 'is_archived' } as const;
let clock: FakeClock;
let store: Store;
let admins: () => Promise<readonly string[]>;
let report: ReportToAdmins;

beforeEach(() => {
  clock = fakeClock('2026-11-23T12:00:00Z');
  store = openStore(':memory:', clock.now());
  admins = async () => ['U1', 'U2'];
  report = createReportToAdmins({ store, admins: () => admins(), clock, log: pino({ level: 'silent' }) });
});

const waiting = () => store.notices.due(clock.now()).map(({ audience, recipient }) => `${audience} ${recipient}`);

test('each admin gets a message of their own', async () => {
  await report(ARCHIVED);
  expect(waiting()).toEqual(['admin U1', 'admin U2']);
});

test('the same problem is told once a day, however often it is met', async () => {
  await Promise.all([report(ARCHIVED), report(ARCHIVED)]);
  await report(ARCHIVED);
  expect(waiting()).toHaveLength(2);
  clock.advance(DAY_MS);
  await report(ARCHIVED);
  expect(waiting()).toHaveLength(4);
});

test('while nobody can say who the admins are, nothing is written, and the next occasion tries again', async () => {
  admins = async () => Promise.reject(new Error('Slack is away'));
  await report(ARCHIVED);
  expect(waiting()).toEqual([]);
  admins = async () => ['U1'];
  await report(ARCHIVED);
  expect(waiting()).toEqual(['admin U1']);
});

test('a workspace without admins has nobody to tell', async () => {
  admins = async () => [];
  await report(ARCHIVED);
  expect(waiting()).toEqual([]);
});
