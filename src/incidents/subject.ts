import type { Finding } from '../model/finding.ts';

/**
 * What a finding is about within its developer and kind: a session for caches, a window, the level too for thresholds,
 * a prompt, a model, a feed; empty for what is about the developer as a whole. A window's account comes first, so that
 * it can be put right when it is learnt only after the window was first read.
 */
export function subjectOf(finding: Finding): string {
  switch (finding.kind) {
    case 'cache_invalidation':
    case 'resume_reprocess':
      return finding.session;
    case 'lock_out':
    case 'burn_rate':
      return windowSubject(finding);
    case 'window_threshold':
      return `${windowSubject(finding)} ${finding.level}`;
    case 'runaway':
      return finding.window ? windowSubject(finding.window) : '';
    case 'prompt_spike':
      return finding.promptId;
    case 'cost_inflation':
      return finding.model;
    case 'data_silence':
      return finding.feed;
    case 'ttl_downgrade':
    case 'cache_read_storm':
      return '';
  }
}

function windowSubject(finding: { account: string; windowKind: string; scope: string; resetsAt: number }): string {
  return [finding.account, finding.windowKind, finding.scope, finding.resetsAt].join(' ');
}
