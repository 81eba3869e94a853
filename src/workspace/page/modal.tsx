import { type FormEvent, useState } from 'react';
import type { View } from '../workspace-state.ts';
import { Blocks } from './blocks.tsx';
import { useDialog } from './use-dialog.ts';

interface Props {
  readonly view: View;
  readonly tell: (path: string, body: object) => Promise<unknown>;
}

interface ModalTexts {
  readonly title?: { readonly text: string } | null;
  readonly submit?: { readonly text: string } | null;
  readonly close?: { readonly text: string } | null;
}

type Errors = Readonly<Record<string, string>>;

/** A modal of the app, in front of everything. */
export function Modal({ view, tell }: Props) {
  const ref = useDialog();
  const [errors, setErrors] = useState<Errors>({});
  // Slack's own fields of a view.
  const { title, submit, close } = view as ModalTexts;

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const answer = await tell('modal/submit', { values: valuesOf(new FormData(event.currentTarget)) });
    // Undefined when the app could not be told, which the page says.
    if (answer) setErrors((answer as { readonly errors: Errors }).errors);
  };

  return (
    <dialog ref={ref} className="modal" onCancel={() => tell('modal/close', {})}>
      <form onSubmit={onSubmit}>
        <h2>{title?.text}</h2>
        <Blocks blocks={view.blocks} surface={{ view_id: view.id }} errors={errors} />
        <footer>
          <button type="button" className="button" onClick={() => tell('modal/close', {})}>
            {close?.text ?? 'Close'}
          </button>
          {submit && (
            <button type="submit" className="button" data-style="primary">
              {submit.text}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

/** One text, or several for checkboxes, by action id. */
function valuesOf(form: FormData): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).map(String)]));
}
