import type { ActionsBlock, Button, Overflow, PlainTextOption, StaticSelect } from '@slack/types';
import { type IncidentId, incidentId } from '../../model/ids.ts';
import { type Incident, isOpen, isWindowIncident } from '../../model/incident.ts';
import { button } from './blocks.ts';

export const ACKNOWLEDGE_ACTION = 'incident_acknowledge';
export const SNOOZE_ACTION = 'incident_snooze';
export const MORE_ACTION = 'incident_more';

/** The incident that controls act on; a sample has none. */
export type Handle = IncidentId | 'sample';

/** What the menus offer; each option carries the incident too: `week:17`. */
export const SNOOZE_OPTIONS = ['hour', 'reset', 'week'] as const;
export type SnoozeOption = (typeof SNOOZE_OPTIONS)[number];
export const MORE_OPTIONS = ['acknowledge', 'details', 'planned', 'false_alarm'] as const;
export type MoreOption = (typeof MORE_OPTIONS)[number];

/** Reads what a button carries; undefined: not one of ours. */
export function handleOf(value: string | undefined): Handle | undefined {
  if (value === 'sample') return value;
  return value !== undefined && /^\d{1,15}$/.test(value) ? incidentId(Number(value)) : undefined;
}

/** What somebody chose from a menu. */
export interface Choice<Option extends string> {
  readonly option: Option;
  readonly handle: Handle;
}

/** Reads what an option of a menu carries; undefined: not one of these options. */
export function choiceOf<Option extends string>(
  value: string | undefined,
  options: readonly Option[],
): Choice<Option> | undefined {
  const [name, rest] = value?.split(':') ?? [];
  const option = options.find((known) => known === name);
  const handle = handleOf(rest);
  return option !== undefined && handle !== undefined ? { option, handle } : undefined;
}

/** What people can do about an incident: as long as it is open, acknowledge and snooze it; always look closer and judge it. */
export function alertControls(incident: Incident, handle: Handle): ActionsBlock {
  const acknowledge = incident.acknowledged ? [] : [acknowledgeButton(handle)];
  const forOpen = isOpen(incident) ? [...acknowledge, snoozeSelect(incident, handle)] : [];
  return { type: 'actions', elements: [...forOpen, moreMenu(handle)] };
}

function acknowledgeButton(handle: Handle): Button {
  return { ...button(ACKNOWLEDGE_ACTION, 'Acknowledge'), value: String(handle) };
}

function snoozeSelect(incident: Incident, handle: Handle): StaticSelect {
  const untilReset = isWindowIncident(incident) ? [option('Until the reset', 'reset', handle)] : [];
  return {
    type: 'static_select',
    action_id: SNOOZE_ACTION,
    placeholder: { type: 'plain_text', text: 'Snooze' },
    options: [option('For 1 hour', 'hour', handle), ...untilReset, option('For a week', 'week', handle)],
  };
}

/** The same in small, for a line in a list: there is no room for a button beside it. */
export function lineMenu(incident: Incident, handle: Handle): Overflow {
  const canAcknowledge = isOpen(incident) && incident.acknowledged === undefined;
  return moreMenu(handle, canAcknowledge ? [option('Acknowledge', 'acknowledge', handle)] : []);
}

export function moreMenu(handle: Handle, first: readonly PlainTextOption[] = []): Overflow {
  return {
    type: 'overflow',
    action_id: MORE_ACTION,
    options: [
      ...first,
      option('Details', 'details', handle),
      option('This was planned', 'planned', handle),
      option('False alarm', 'false_alarm', handle),
    ],
  };
}

function option(text: string, what: SnoozeOption | MoreOption, handle: Handle): PlainTextOption {
  return { text: { type: 'plain_text', text }, value: `${what}:${handle}` };
}
