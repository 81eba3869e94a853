import type { DeveloperId } from '../model/ids.ts';
import type { Store } from '../store/store.ts';
import type { Message } from './views/blocks.ts';
import { firstDataMessage } from './views/first-data.ts';

/** What tells a developer that their feeds work, as far as they were heard by now; undefined: none was, they were deleted. */
export function firstDataOf(
  store: { readonly reports: Pick<Store['reports'], 'feeds'> },
  developer: DeveloperId,
): Message | undefined {
  const heard = [...store.reports.feeds(developer).keys()];
  return heard.length === 0 ? undefined : firstDataMessage(heard);
}
