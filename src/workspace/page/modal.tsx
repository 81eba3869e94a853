import { type FormEvent, useRef, useState } from 'react';
import type { Entered } from '../interactive-element.ts';
import type { View } from '../workspace-state.ts';
import type { TextObject } from './block-element.ts';
import { Blocks } from './blocks.tsx';
import { type Surface, usePage } from './surface.ts';
import { useDialog } from './use-dialog.ts';

interface ModalTexts {
  readonly title?: TextObject | null;
  readonly submit?: TextObject | null;
  readonly close?: TextObject | null;
}

type Errors = Readonly<Record<string, string>>;

/** A modal of the app, in front of everything. */
export function Modal({ view }: { readonly view: View }) {
  const { tell } = usePage();
  const dialog = useDialog();
  const form = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState<Errors>({});
  const [isBusy, setBusy] = useState(false);
  // Slack's own fields of a view.
  const { title, submit, close } = view as ModalTexts;
  const surface: Surface = { view_id: view.id, entered: () => enteredIn(form.current) };

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await tell('modal/submit', { values: enteredIn(form.current) });
    setBusy(false);
    if (answer) setErrors((answer as { readonly errors: Errors }).errors);
  };
  const onClose = () => tell('modal/close', {});

  return (
    <dialog ref={dialog} className="modal" aria-label={title?.text} onCancel={onClose}>
      <form ref={form} onSubmit={onSubmit}>
        <h2>{title?.text}</h2>
        <div className="body">
          <Blocks blocks={view.blocks} surface={surface} errors={errors} />
        </div>
        <footer>
          <button type="button" className="button" onClick={onClose}>
            {close?.text ?? 'Close'}
          </button>
          {submit && (
            <button type="submit" className="button" data-style="primary" disabled={isBusy}>
              {submit.text}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

/** What every named control of the form holds; an empty list where nothing is chosen. */
function enteredIn(form: HTMLFormElement | null): Entered {
  if (!form) return {};
  const data = new FormData(form);
  const names = [...form.elements].flatMap((control) => control.getAttribute('name') ?? []);
  return Object.fromEntries(names.map((name) => [name, data.getAll(name).map(String)]));
}
