import { createGroupCommit, type GroupCommitDeps } from '../../src/collector/group-commit.ts';
import type { Store } from '../../src/store/store.ts';

/** Commits to a store as the app does, but for what a test does otherwise. */
export function committing(
  { transaction, synced }: Pick<Store, 'transaction' | 'synced'>,
  otherwise: Partial<GroupCommitDeps> = {},
) {
  return createGroupCommit({ transaction, synced, onCommit: () => {}, onDiskFailed, limit: 1000, ...otherwise });
}

function onDiskFailed(error: unknown): never {
  throw error;
}
