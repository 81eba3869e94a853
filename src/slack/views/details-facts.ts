import type { CacheIncident, DeveloperIncident, FleetIncident, WindowIncident } from '../../model/incident.ts';
import type { Reading } from './alert-words.ts';
import { escapeText } from './escape-text.ts';
import { clientFacts, type Fact, number, windowFacts } from './fact.ts';
import { moment, points, tokens } from './format.ts';
import { usageFacts } from './usage-facts.ts';

/** Everything that is kept of an incident, a line each: what a sceptic asks for after the alert. */
export function factLines(incident: DeveloperIncident | FleetIncident, reading: Reading): readonly string[] {
  return factsOf(incident, reading).flatMap(([label, value]) => (value === undefined ? [] : [`*${label}:* ${value}`]));
}

function factsOf(incident: DeveloperIncident | FleetIncident, reading: Reading): readonly Fact[] {
  switch (incident.kind) {
    case 'fleet_regression':
      return fleetFacts(incident);
    case 'cache_invalidation':
    case 'resume_reprocess':
      return cacheFacts(incident, reading);
    case 'lock_out':
    case 'window_threshold':
    case 'burn_rate':
      return quotaFacts(incident, reading);
    default:
      return usageFacts(incident, reading);
  }
}

function fleetFacts({ evidence }: FleetIncident): readonly Fact[] {
  const { clientVersion, developers, comparison } = evidence;
  return [
    ['Client', escapeText(clientVersion)],
    ['Developers', number(developers.length)],
    ['Exact p-value', comparison?.pValue.toPrecision(2)],
  ];
}

function cacheFacts({ evidence }: CacheIncident, reading: Reading): readonly Fact[] {
  const { misses, consecutive, rewrittenTokens, floorTokens, firstMissAt, turns, streams, clientCount, cause } =
    evidence;
  const last = turns.at(-1);
  return [
    ...clientFacts(evidence),
    ['First miss', moment(firstMissAt, reading)],
    ['Newest miss', last && moment(last.at, reading)],
    ['Turns that missed', misses === 0 ? undefined : `${number(misses)}, at most ${number(consecutive)} in a row`],
    ['Rewritten', misses === 0 ? undefined : `${tokens(rewrittenTokens)} tokens`],
    ['Still read', floorTokens === undefined ? undefined : `${tokens(floorTokens)} tokens of system prompt and tools`],
    ['Conversations hit', streams.length > 1 ? number(streams.length) : undefined],
    [
      'Counted by the client',
      clientCount && `${number(clientCount.misses)}, ${tokens(clientCount.rewrittenTokens)} tokens`,
    ],
    ['Cause named by the client', cause === undefined ? undefined : escapeText(cause)],
  ];
}

function quotaFacts(incident: WindowIncident, reading: Reading): readonly Fact[] {
  const { evidence } = incident;
  const frame: readonly Fact[] = [...windowFacts(evidence), ['Resets', moment(evidence.resetsAt, reading)]];
  switch (incident.kind) {
    case 'lock_out':
      return [
        ...frame,
        ['Refused', moment(evidence.at, reading)],
        ['Told by', incident.evidence.source === 'stop_failure' ? 'the client' : 'a refused request'],
      ];
    case 'window_threshold': {
      const { level, usedPercent, runsOutAt } = incident.evidence;
      return [
        ...frame,
        ['Level passed', `${level}%`],
        ['Read', `${points(usedPercent)}% at ${moment(evidence.at, reading)}`],
        ['Used up at this pace', runsOutAt && moment(runsOutAt, reading)],
      ];
    }
    case 'burn_rate': {
      const { usedPercent, pointsPerHour, usualPointsPerHour: usual, runsOutAt } = incident.evidence;
      return [
        ...frame,
        ['Read', `${points(usedPercent)}% at ${moment(evidence.at, reading)}`],
        ['Pace', `${points(pointsPerHour)} points an hour`],
        ['Usual pace', usual === undefined ? 'too little history' : `up to ${points(usual)} points an hour`],
        ['Used up at this pace', moment(runsOutAt, reading)],
      ];
    }
  }
}
