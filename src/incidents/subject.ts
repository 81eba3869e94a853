import type { Finding } from '../model/finding.ts';

/**
 * What a finding is about: a session for caches, a window for the rest, and the level too for thresholds. The window's
 * account comes first, so that it can be put right when it is learnt only after the window was first read.
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
  }
}

function windowSubject(finding: { account: string; windowKind: string; scope: string; resetsAt: number }): string {
  return [finding.account, finding.windowKind, finding.scope, finding.resetsAt].join(' ');
}
