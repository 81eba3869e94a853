import type { IncidentKind } from '../../model/finding.ts';
import type { Headline } from '../../summary/headline.ts';
import { versionName } from './fleet-words.ts';
import { count, tokens } from './format.ts';
import { persons, times } from './weekly-words.ts';

type Told = Headline & { readonly is: 'incidents' };

const HEADLINES: Readonly<Record<IncidentKind, (told: Told) => string>> = {
  fleet_regression: ({ clientVersions, people }) =>
    `${clientWords(clientVersions)} broke the prompt cache for ${persons(people)}`,
  cache_invalidation: ({ incidents, people }) => `The prompt cache broke ${times(incidents)} for ${persons(people)}`,
  lock_out: ({ incidents, people }) =>
    `${persons(people)} ${people === 1 ? 'was' : 'were'} locked out${incidents === people ? '' : `, ${times(incidents)} in all`}`,
  runaway: ({ incidents, people }) => `Background work ran away ${times(incidents)} for ${persons(people)}`,
  resume_reprocess: ({ incidents, rewrittenTokens }) =>
    `${count(incidents, 'resume')} rewrote ${tokens(rewrittenTokens)} tokens`,
  cache_read_storm: ({ incidents, people }) => `${count(incidents, 'storm')} of cache reads for ${persons(people)}`,
  cost_inflation: ({ people }) => `Prompts cost many times the usual for ${persons(people)}`,
  burn_rate: ({ incidents }) => `${count(incidents, 'quota')} burned fast, no lock-out was reported`,
  prompt_spike: ({ incidents }) => `${count(incidents, 'prompt')} took a large part of a quota`,
  window_threshold: ({ incidents }) => `${count(incidents, 'quota')} ran low, no lock-out was reported`,
  ttl_downgrade: ({ people }) => `The cache was cut to 5 minutes for ${persons(people)}`,
  data_silence: ({ incidents }) => `A week with gaps: ${count(incidents, 'feed')} fell silent`,
};

/** The week in one sentence, without its full stop. */
export function headlineWords(headline: Headline): string {
  switch (headline.is) {
    case 'silent':
      return 'A silent week: no usage arrived';
    case 'quiet':
      return 'A quiet week: no incidents';
    case 'incidents':
      return HEADLINES[headline.kind](headline);
  }
}

/** One is named; of several, only their number fits. */
function clientWords(versions: readonly string[]): string {
  const [version = ''] = versions;
  return versions.length > 1 ? `${count(versions.length, 'client version')}` : `Client ${versionName(version)}`;
}
