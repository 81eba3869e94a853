import type {
  CacheReadStormIncident,
  CostInflationIncident,
  PromptSpikeIncident,
  RunawayIncident,
  TtlDowngradeIncident,
  UsageIncident,
} from '../../model/incident.ts';
import { type AlertWords, type Reader, your } from './alert-words.ts';
import { sessionFacts } from './cache-words.ts';
import { cost, pointsLostWords, pointsTook } from './cost-words.ts';
import { escapeText } from './escape-text.ts';
import { count, dollars, moment, points, tokens } from './format.ts';
import { silenceWords } from './silence-words.ts';
import { quotaName, resets } from './window-words.ts';

/** The words of use that differs from somebody's own past. */
export function usageWords(incident: UsageIncident, reader: Reader): AlertWords {
  switch (incident.kind) {
    case 'ttl_downgrade':
      return ttlWords(incident, reader);
    case 'cache_read_storm':
      return stormWords(incident, reader);
    case 'cost_inflation':
      return inflationWords(incident, reader);
    case 'prompt_spike':
      return spikeWords(incident, reader);
    case 'runaway':
      return runawayWords(incident, reader);
    case 'data_silence':
      return silenceWords(incident, reader);
  }
}

function ttlWords({ evidence }: TtlDowngradeIncident, reader: Reader): AlertWords {
  const { lastOneHourWriteAt, requests, cachedTokens } = evidence;
  return {
    title: 'Prompt cache cut from 1 hour to 5 minutes',
    facts: sessionFacts(evidence),
    why:
      `The last ${count(requests, 'request')} that wrote anything wrote to the 5-minute cache alone; until ` +
      `${moment(lastOneHourWriteAt, reader)} writes went to the 1-hour cache.`,
    cost: {
      is: 'at_stake',
      words: `a pause of more than 5 minutes now loses ${tokens(cachedTokens)} tokens of cache, and the next turn writes them again`,
    },
    footnote: [`${count(requests, 'request')} in a row, by the client’s own split of its writes`],
  };
}

function stormWords({ evidence, pointsLost }: CacheReadStormIncident, reader: Reader): AlertWords {
  const { readTokens, usualReadTokens, readsPerOutputToken, requests, costMicros } = evidence;
  const whole =
    costMicros === undefined
      ? 'dollars unknown: a model has no known price'
      : `${dollars(costMicros)} in that hour at API prices`;
  return {
    title: `${tokens(readTokens)} cached tokens read in an hour, ${times(readTokens, usualReadTokens)} the usual`,
    facts: clientFact(evidence),
    why:
      `${count(requests, 'request')} of the last 60 minutes read ${tokens(readTokens)} tokens from the cache; ` +
      `${your(reader)} median active hour reads ${tokens(usualReadTokens)}. For each token of output ` +
      `${count(Math.round(readsPerOutputToken), 'token')} were read: much context, little work done with it.`,
    cost: cost(whole, pointsLostWords(pointsLost, reader)),
    footnote: [`far outside ${your(reader)} own active hours`],
  };
}

function inflationWords({ evidence, pointsLost }: CostInflationIncident, reader: Reader): AlertWords {
  const { prompts, costPerPromptMicros: each, usualCostPerPromptMicros: usual, activeDays, model } = evidence;
  const beyond = `${dollars(prompts * (each - usual))} more than usual at API prices`;
  return {
    title: `Prompts cost ${times(each, usual)} the usual: ${dollars(each)}, not ${dollars(usual)}`,
    facts: [escapeText(model), ...clientFact(evidence)],
    why:
      `${count(prompts, 'prompt')} of the last 60 minutes cost ${dollars(each)} each on average; with this model ` +
      `${your(reader)} median is ${dollars(usual)}.`,
    cost: cost(`${dollars(prompts * each)} in all, ${beyond}`, pointsLostWords(pointsLost, reader)),
    footnote: [`against ${count(activeDays, 'active day')} of ${your(reader)} own with the same model`],
  };
}

function spikeWords({ evidence }: PromptSpikeIncident, reader: Reader): AlertWords {
  const { took, usualPoints, isUsualOwn, requests, costMicros, session, model, resetsAt } = evidence;
  const usual = isUsualOwn
    ? `95 of 100 of ${your(reader)} prompts take at most ${points(usualPoints)} points`
    : `On ${your(reader)} plan 95 of 100 prompts take at most ${points(usualPoints)} points (there is too little of ${your(reader)} own past yet)`;
  return {
    title: `One prompt took ${percent(took.points)} of the ${quotaName(evidence)} quota`,
    facts: [resets(resetsAt, reader), escapeText(model), `session \`${escapeText(session.slice(0, 8))}\``],
    why: `The prompt set off ${count(requests, 'request')}. ${usual}.`,
    cost: cost(pointsTook(took, evidence), dollarsInAll(costMicros)),
    footnote: ['from the percentages read before and after it'],
  };
}

function runawayWords(incident: RunawayIncident, reader: Reader): AlertWords {
  const { rule, window, took, sessions, requests, costMicros } = incident.evidence;
  const started = count(sessions, 'headless session');
  const spent = dollarsInAll(costMicros);
  if (rule === 'sessions' || !window || !took) {
    return {
      title: `${count(sessions, 'background session')} started in an hour`,
      facts: [],
      why: `${started} (\`claude -p\` or the SDK) made ${count(requests, 'request')} in the last 60 minutes. Nobody starts that many by hand: it is a script, a scheduled job or a loop.`,
      cost: cost(spent, pointsLostWords(incident.pointsLost, reader)),
      footnote: [],
    };
  }
  return {
    title: `Background work took ${percent(took.points)} of a ${quotaName(window, LONGEST_NAME)} quota`,
    facts: [resets(window.resetsAt, reader)],
    why: `\`claude -p\`, the SDK or background agents sent ${count(requests, 'request')} in this window so far; ${started} ran in the last hour.`,
    cost: cost(pointsTook(took, window), spent),
    footnote: ['by their share of the dollars spent between two readings'],
  };
}

/** Leaves the longest title, `Reset: Background work took ≈100% of a … quota`, within 60 characters. */
const LONGEST_NAME = 15;

function dollarsInAll(micros: number | undefined): string {
  return micros === undefined ? 'dollars unknown: a model has no known price' : `${dollars(micros)} at API prices`;
}

function clientFact({ clientVersion }: { clientVersion?: string | undefined }): readonly string[] {
  return clientVersion === undefined ? [] : [`client ${escapeText(clientVersion)}`];
}

/** `12x`; rounded down, and never beyond what a title has room for. */
function times(value: number, usual: number): string {
  const ratio = usual > 0 ? value / usual : Number.POSITIVE_INFINITY;
  return ratio >= 1000 ? '999x+' : `${Math.floor(ratio)}x`;
}

function percent(value: number): string {
  return `≈${Math.min(100, Math.round(value))}%`;
}
