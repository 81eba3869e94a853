import { UNNAMED } from './display-name.ts';

/** Names beyond these are counted: the first line must fit a phone. */
const NAMED = 3;

/** How a channel speaks of several developers: "Ada and 2 other developers", "3 developers" where it may name nobody. */
export function groupName(names: readonly string[]): string {
  const named = [...new Set(names.filter((name) => name !== UNNAMED))].slice(0, NAMED);
  const others = names.length - named.length;
  if (named.length === 0) return others === 1 ? '1 developer' : `${others} developers`;
  const rest = others === 0 ? [] : [`${others} other ${others === 1 ? 'developer' : 'developers'}`];
  const parts = [...named, ...rest];
  return parts.length === 1 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
