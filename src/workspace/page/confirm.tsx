import type { ConfirmText } from './block-element.ts';
import { RichLabel } from './rich-label.tsx';
import { useDialog } from './use-dialog.ts';

interface Props {
  readonly dialog: ConfirmText;
  readonly decide: (isConfirmed: boolean) => void;
}

/** Asks before something is done. */
export function Confirm({ dialog, decide }: Props) {
  const ref = useDialog();
  return (
    <dialog ref={ref} className="modal confirm" onCancel={() => decide(false)}>
      <h2>{dialog.title.text}</h2>
      <div className="body">
        <RichLabel text={dialog.text} />
      </div>
      <footer>
        <button type="button" className="button" onClick={() => decide(false)}>
          {dialog.deny.text}
        </button>
        <button type="button" className="button" data-style={dialog.style ?? 'primary'} onClick={() => decide(true)}>
          {dialog.confirm.text}
        </button>
      </footer>
    </dialog>
  );
}
