import type { PageChannel } from '../page-state.ts';
import type { Person } from '../people.ts';
import { type BlockElement, initialValues, type Option, optionsOf } from './block-element.ts';
import { usePage } from './surface.ts';

const MINUTES_A_DAY = 24 * 60;
/** Slack's own time picker offers every half hour and lets people type the rest. */
const STEP_MINUTES = 15;

/** What a select offers: its own options, or the people, channels or times of the workspace. */
export function useChoices(element: BlockElement): readonly Option[] {
  const { people, channels } = usePage();
  switch (element.type) {
    case 'users_select':
    case 'multi_users_select':
      return people.map(({ id, realName }) => option(id, realName));
    case 'channels_select':
    case 'multi_channels_select':
      return channelOptions(channels);
    case 'conversations_select':
    case 'multi_conversations_select':
      return [...(includes(element, 'public') ? channelOptions(channels) : []), ...directMessages(element, people)];
    case 'timepicker':
      return timeOptions(initialValues(element));
    default:
      return optionsOf(element);
  }
}

function channelOptions(channels: readonly PageChannel[]): readonly Option[] {
  return channels.filter(({ isArchived }) => !isArchived).map(({ id, name }) => option(id, `# ${name}`));
}

function directMessages(element: BlockElement, people: readonly Person[]): readonly Option[] {
  return includes(element, 'im') ? people.map(({ directMessage, realName }) => option(directMessage, realName)) : [];
}

function includes({ filter }: BlockElement, kind: string): boolean {
  return filter?.include?.includes(kind) ?? true;
}

/** `00:00` to `23:45`, and whatever else the app has set. */
function timeOptions(initial: readonly string[]): readonly Option[] {
  const steps = Array.from({ length: MINUTES_A_DAY / STEP_MINUTES }, (_, step) => clockTime(step * STEP_MINUTES));
  return [...new Set([...steps, ...initial])].toSorted().map((time) => option(time, time));
}

function clockTime(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function option(value: string, text: string): Option {
  return { value, text: { text } };
}
