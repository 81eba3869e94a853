import type { Block } from '../workspace-state.ts';
import { type BlockElement, Control } from './control.tsx';

interface Props {
  readonly block: Block;
  readonly error: string | undefined;
}

interface InputFields {
  readonly label?: { readonly text: string };
  readonly hint?: { readonly text: string };
  readonly element?: BlockElement;
  readonly optional?: boolean;
}

/** A labelled input of a modal, with what is wrong with it. */
export function InputBlock({ block, error }: Props) {
  // Slack's own fields of an input block; a missing one draws nothing.
  const { label, hint, element, optional } = block as InputFields;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Control draws the input inside this label
    <label className="input">
      <strong>
        {label?.text} {optional && <small>(optional)</small>}
      </strong>
      {element && <Control element={element} />}
      {hint && <small>{hint.text}</small>}
      {error && (
        <small className="wrong" role="alert">
          {error}
        </small>
      )}
    </label>
  );
}
