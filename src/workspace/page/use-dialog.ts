import { type RefObject, useEffect, useRef } from 'react';

/** A dialog that is open, and in front of all else, as long as it is drawn. */
export function useDialog(): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return ref;
}
