import { useDialog } from './use-dialog.ts';

/** Block Kit's confirmation dialog. */
export interface ConfirmText {
  readonly title: { readonly text: string };
  readonly text: { readonly text: string };
  readonly confirm: { readonly text: string };
  readonly deny: { readonly text: string };
  readonly style?: 'primary' | 'danger';
}

interface Props {
  readonly dialog: ConfirmText;
  readonly decide: (isConfirmed: boolean) => void;
}

/** Asks before something is done. */
export function Confirm({ dialog, decide }: Props) {
  const ref = useDialog();
  return (
    <dialog ref={ref} className="modal" onCancel={() => decide(false)}>
      <h2>{dialog.title.text}</h2>
      <p>{dialog.text.text}</p>
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
