import type { View } from './workspace-state.ts';

/** The modals each person has open, as a stack whose last one is on top. They end with the process, as a tab would. */
export interface Modals {
  top(user: string): View | undefined;
  push(user: string, view: View): void;
  /** Replaces the view with the same id, wherever it is open. */
  replace(view: View): void;
  /** Closes the top one. */
  pop(user: string): void;
  clear(user: string): void;
  /** Resolves when the person gets another modal. */
  opened(user: string): Promise<void>;
}

/** Nobody has a modal open. */
export function createModals(changed: () => void): Modals {
  const stacks = new Map<string, readonly View[]>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const stackOf = (user: string) => stacks.get(user) ?? [];
  const set = (user: string, stack: readonly View[]) => {
    stacks.set(user, stack);
    changed();
  };
  return {
    top: (user) => stackOf(user).at(-1),
    push(user, view) {
      set(user, [...stackOf(user), view]);
      waiting.get(user)?.resolve();
      waiting.delete(user);
    },
    replace(view) {
      for (const [user, stack] of stacks) {
        if (!stack.some((open) => open.id === view.id)) continue;
        set(
          user,
          stack.map((open) => (open.id === view.id ? view : open)),
        );
      }
    },
    pop: (user) => set(user, stackOf(user).slice(0, -1)),
    clear: (user) => set(user, []),
    opened(user) {
      const next = waiting.get(user) ?? Promise.withResolvers<void>();
      waiting.set(user, next);
      return next.promise;
    },
  };
}
