import { useId } from 'react';
import type { Block } from '../workspace-state.ts';
import type { BlockElement, TextObject } from './block-element.ts';
import { Control, isGroup } from './control.tsx';

interface Props {
  readonly block: Block;
  readonly error: string | undefined;
}

interface InputFields {
  readonly label?: TextObject;
  readonly hint?: TextObject;
  readonly element?: BlockElement;
  readonly optional?: boolean;
}

/** A labelled input of a modal, with what is wrong with it. */
export function InputBlock({ block, error }: Props) {
  const id = useId();
  const notesId = useId();
  // Slack's own fields of an input block; a missing one draws nothing.
  const { label, hint, element, optional = false } = block as InputFields;
  if (!element) return null;

  const notes = (hint || error) && (
    <div id={notesId}>
      {hint && <small>{hint.text}</small>}
      {error && (
        <small className="wrong" role="alert">
          {error}
        </small>
      )}
    </div>
  );
  const control = {
    element,
    name: `${block.block_id}/${element.action_id}`,
    describedBy: notesId,
    isOptional: optional,
  };
  const name = (
    <>
      {label?.text} {optional && <small>(optional)</small>}
    </>
  );

  if (isGroup(element.type)) {
    return (
      <fieldset className="input" aria-describedby={notesId} data-wrong={error !== undefined}>
        <legend>{name}</legend>
        <Control {...control} />
        {notes}
      </fieldset>
    );
  }
  return (
    <div className="input" data-wrong={error !== undefined}>
      <label htmlFor={id}>{name}</label>
      <Control {...control} id={id} />
      {notes}
    </div>
  );
}
