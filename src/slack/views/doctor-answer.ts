import { context, type Message, section, sections } from './blocks.ts';
import { clientCheck } from './client-check.ts';
import type { Check, DoctorView } from './doctor-view.ts';
import { hookCheck, statusLineCheck, telemetryCheck } from './feed-checks.ts';
import { count } from './format.ts';
import { tokenCheck } from './token-check.ts';

const EMOJIS: Readonly<Record<Check['is'], string>> = {
  good: ':white_check_mark:',
  bad: ':x:',
  waiting: ':white_circle:',
};

/** The answer to `/quota doctor`: what works, what does not, and how to mend it. */
export function doctorAnswer(view: DoctorView): Message {
  const checks = [tokenCheck(view), telemetryCheck(view), statusLineCheck(view), hookCheck(view), ...clientCheck(view)];
  const bad = checks.filter(({ is }) => is === 'bad').length;
  const title = titleOf(view, bad);
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      ...checks.flatMap(({ is, says, mend }) =>
        sections([`${EMOJIS[is]} ${says}`, ...(mend === undefined ? [] : [`*Mend:* ${mend}`])]),
      ),
      context(
        [
          'Looked at what arrived here, of you alone',
          ...(view.plan === undefined ? ['your plan is not known: `/quota plan`'] : []),
        ].join(' · '),
      ),
    ],
  };
}

function titleOf({ tokens, hasTeamToken, heard }: DoctorView, bad: number): string {
  const isConnected = tokens.length > 0 || hasTeamToken || Object.keys(heard).length > 0;
  if (!isConnected) return 'Your Claude Code is not connected yet';
  return bad === 0 ? 'All is well' : `${count(bad, 'thing')} to mend`;
}
