import type { UsageIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { clientFacts, type Fact, mono, number, windowFacts } from './fact.ts';
import { count, dollars, moment, points, tokens } from './format.ts';

/** What is kept of use that differs from somebody's own past. */
export function usageFacts(incident: UsageIncident, reading: Reading): readonly Fact[] {
  switch (incident.kind) {
    case 'ttl_downgrade': {
      const { lastOneHourWriteAt, requests, cachedTokens } = incident.evidence;
      return [
        ...clientFacts(incident.evidence),
        ['Last write to the 1-hour cache', moment(lastOneHourWriteAt, reading)],
        ['Requests since, to the 5-minute cache', number(requests)],
        ['In the cache', `${tokens(cachedTokens)} tokens`],
      ];
    }
    case 'cache_read_storm': {
      const { readTokens, usualReadTokens, readsPerOutputToken, requests, robustZ } = incident.evidence;
      return [
        ...clientFacts(incident.evidence),
        ['Read in the hour', `${tokens(readTokens)} tokens in ${count(requests, 'request')}`],
        ['Median active hour', `${tokens(usualReadTokens)} tokens`],
        ['Read for each token of output', count(Math.round(readsPerOutputToken), 'token')],
        ['Distance from usual hours', `robust z ${points(robustZ)}`],
      ];
    }
    case 'cost_inflation': {
      const { prompts, costPerPromptMicros, usualCostPerPromptMicros, activeDays } = incident.evidence;
      return [
        ...clientFacts(incident.evidence),
        ['Prompts in the hour', number(prompts)],
        ['Each on average', dollars(costPerPromptMicros)],
        ['Usual', `${dollars(usualCostPerPromptMicros)}, median of ${count(activeDays, 'active day')}`],
      ];
    }
    case 'prompt_spike': {
      const { usualPoints, requests, promptId, resetsAt } = incident.evidence;
      return [
        ...clientFacts(incident.evidence),
        ['Prompt', mono(promptId)],
        ...windowFacts(incident.evidence),
        ['Resets', moment(resetsAt, reading)],
        ['Ordinary prompts', `up to ${points(usualPoints)} points`],
        ['Requests', number(requests)],
      ];
    }
    case 'runaway': {
      const { window, sessions, requests } = incident.evidence;
      return [
        ...(window ? windowFacts(window) : []),
        ['Headless sessions in the hour', number(sessions)],
        ['Requests', number(requests)],
      ];
    }
    case 'data_silence': {
      const { feed, silentSince, missed } = incident.evidence;
      return [
        ['Silent', feed === 'status_line' ? 'the status line' : 'telemetry'],
        ['Since', moment(silentSince, reading)],
        ['Told by the other feed meanwhile', count(missed, 'request')],
      ];
    }
  }
}
