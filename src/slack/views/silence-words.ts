import type { DataSilenceIncident } from '../../model/incident.ts';
import { type AlertWords, type Reader, your } from './alert-words.ts';
import { count, moment, plainMoment } from './format.ts';

/** The words of a feed that stopped while the other goes on: what is known of it, and what cannot be known meanwhile. */
export function silenceWords({ evidence }: DataSilenceIncident, reader: Reader): AlertWords {
  const { feed, silentSince, missed } = evidence;
  const since = moment(silentSince, reader);
  const at = plainMoment(silentSince, reader);
  if (feed === 'status_line') {
    return {
      title: `Status line silent since ${at}`,
      facts: [],
      why: `${count(missed, 'request')} came by telemetry since ${since}, and nothing by the status line.`,
      cost: {
        is: 'not_known',
        words: `what is left of ${your(reader)} quota, so nobody can warn before a window is used up; what incidents cost in points; what Claude Code itself counts of its cache`,
      },
      footnote: ['tokens and dollars still come in'],
    };
  }
  return {
    title: `Telemetry silent since ${at}`,
    facts: [],
    why: `The status line counted ${count(missed, 'request')} since ${since}, and telemetry brought none of them.`,
    cost: {
      is: 'not_known',
      words:
        'tokens and dollars of each request, so sums over this time are too low; the turns of a broken cache; background work that runs away',
    },
    footnote: ['percentages still come in'],
  };
}
