import { atLeast } from '../../model/finding.ts';
import type { Incident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { context, type Message, section, sections } from './blocks.ts';
import { count } from './format.ts';
import { incidentLine } from './incident-alert.ts';

const SHOWN = 15;

/** The answer to `/quota incidents`: the last week's, newest first. What was only recorded is counted, not listed. */
export function incidentsAnswer(incidents: readonly Incident[], reading: Reading): Message {
  const told = incidents.filter((incident) => atLeast(incident.severity, 'info'));
  const quiet = recordedWords(incidents.filter((incident) => !told.includes(incident)));
  if (told.length === 0) {
    const text = ['No incidents in the last 7 days.', quiet].filter(Boolean).join(' ');
    return { text, blocks: [section(text)] };
  }
  const title = `*${count(told.length, 'incident')} in the last 7 days*`;
  const lines = told.slice(0, SHOWN).map((incident) => incidentLine({ incident, ...reading }));
  const more = told.length > SHOWN ? `and ${told.length - SHOWN} older ones` : '';
  const rest = [more, quiet].filter(Boolean).join(' · ');
  return {
    text: title.replaceAll('*', ''),
    blocks: [...sections([title, ...lines]), ...(rest ? [context(rest)] : [])],
  };
}

/** Mostly resumes, which rewrite on every version; else whatever the client or a bare refusal left behind. */
function recordedWords(recorded: readonly Incident[]): string {
  if (recorded.length === 0) return '';
  const what = recorded.every(({ kind }) => kind === 'resume_reprocess') ? 'small resume' : 'small incident';
  return `${count(recorded.length, what)} recorded, each too small for a message.`;
}
