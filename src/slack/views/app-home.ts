import type { HomeView, KnownBlock } from '@slack/types';
import { actions, button, context, header, section, sections } from './blocks.ts';
import { moment } from './format.ts';
import { controlBlocks } from './home-controls.ts';
import type { HomeReport } from './home-report.ts';
import { teamBlocks } from './home-team.ts';
import { incidentLine } from './incident-alert.ts';
import { quotaBlocks } from './quota-answer.ts';

export const CONNECT_ACTION = 'home_connect';

/** The newest are the ones that matter: `/quota incidents` has the rest. */
const INCIDENTS_SHOWN = 10;

/** App Home: what `/quota` answers, what happened lately, what somebody is told of and under which name, and how to connect. */
export function appHome(report: HomeReport): HomeView {
  const { quota, team } = report;
  const isConnected = quota.heard.telemetry !== undefined || quota.heard.statusLine !== undefined;
  return {
    type: 'home',
    blocks: [
      header('Your Claude Code quota'),
      ...(isConnected ? [] : notConnected()),
      // What is open stands among the last incidents.
      ...quotaBlocks({ ...quota, openIncidents: [] }),
      header('Last incidents'),
      ...incidentBlocks(report),
      header('What you are told'),
      ...controlBlocks(report),
      ...(isConnected ? connectMore() : []),
      ...(team ? teamBlocks(team) : []),
      context(`As of ${moment(quota.now, quota)} · ${MORE}`),
    ],
  };
}

const MORE =
  '`/quota` answers anywhere, and only you see it: `/quota team` tells who has headroom, `/quota doctor` whether your data arrives, `/quota privacy` what is kept, `/quota help` the rest.';

function incidentBlocks({ incidents, quota }: HomeReport): KnownBlock[] {
  if (incidents.length === 0) return [section('None in the last 7 days.')];
  const lines = incidents
    .slice(0, INCIDENTS_SHOWN)
    .map((incident) => incidentLine({ incident, now: quota.now, zone: quota.zone }));
  const more = incidents.length - INCIDENTS_SHOWN;
  return [...sections(lines), ...(more > 0 ? [context(`and ${more} more: \`/quota incidents\``)] : [])];
}

function notConnected(): KnownBlock[] {
  return [
    section(
      '*Not connected yet.* The button shows a token of your own and the settings to paste into Claude Code: it takes a minute.',
    ),
    actions(button(CONNECT_ACTION, 'Connect Claude Code', 'primary')),
  ];
}

function connectMore(): KnownBlock[] {
  const text = '*Another machine?* Each gets a token of its own, and the same settings.';
  return [{ ...section(text), accessory: button(CONNECT_ACTION, 'Connect another') }];
}
