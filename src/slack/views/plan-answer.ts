import { DateTime } from 'luxon';
import { holdsAt } from '../../model/calendar.ts';
import { monthlyDollars, PLANS, type Plan, planName } from '../../model/plans.ts';
import type { EpochMs } from '../../model/time.ts';
import { context, type Message, section } from './blocks.ts';
import { escapeText } from './escape-text.ts';

/** The answer to `/quota plan`: the plan that is known, what holds for it, and how to tell another. */
export function planAnswer(plan: Plan | undefined, now: EpochMs): Message {
  const text = plan === undefined ? 'I do not know your plan yet.' : `Your plan is ${describe(plan, now)}.`;
  return { text, blocks: [section([`*${text}*`, ...holding(plan, now)].join('\n')), choices()] };
}

/** The answer to `/quota plan max`: what was understood, and what is easily mixed up with it. */
export function planSetAnswer(plan: Plan, now: EpochMs): Message {
  const text = `:white_check_mark: Your plan is ${describe(plan, now)}.${MIXED_UP[plan] ?? ''}`;
  const use = 'It picks the calendar of peak hours and limits, and whose rates stand in until your own readings tell.';
  return { text, blocks: [section([text, ...holding(plan, now)].join('\n')), context(use)] };
}

export function unknownPlanAnswer(typed: string, nearest: Plan | undefined): Message {
  const guess = nearest === undefined ? '' : ` Did you mean \`/quota plan ${command(nearest)}\`?`;
  const text = `I do not know the plan “${escapeText(typed, 40)}”; nothing was changed.${guess}`;
  return { text, blocks: [section(text), choices()] };
}

const MIXED_UP: Partial<Readonly<Record<Plan, string>>> = {
  max: ' It was Max 5x until October 2026; what was Max 20x is `/quota plan ultra`.',
  ultra: ' It was Max 20x until October 2026.',
  team: ' A Premium seat is `/quota plan team premium`.',
};

function describe(plan: Plan, now: EpochMs): string {
  const dollars = monthlyDollars(plan, now);
  return dollars === undefined ? planName(plan) : `${planName(plan)}, $${dollars} a month`;
}

function holding(plan: Plan | undefined, now: EpochMs): readonly string[] {
  if (plan === undefined) return [];
  return holdsAt(now, plan).map(({ from, says }) => {
    const since = DateTime.fromISO(from).toFormat('d LLL yyyy', { locale: 'en' });
    return `• since ${since}: ${says}`;
  });
}

function choices() {
  return context(`Tell me yours: ${PLANS.map((plan) => `\`/quota plan ${command(plan)}\``).join(' · ')}`);
}

function command(plan: Plan): string {
  return plan.replaceAll('_', ' ');
}
