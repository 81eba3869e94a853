import { type RefObject, useEffect, useRef } from 'react';

/** The browser by itself would choose any text that can be scrolled. */
const FIRST_TO_FOCUS = ':is(input, select, textarea, footer button):not(:disabled)';

/** A dialog that is open, and in front of all else, as long as it is drawn. */
export function useDialog(): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>(FIRST_TO_FOCUS)?.focus();
    return () => dialog?.close();
  }, []);
  return ref;
}
