import type { MouseEvent } from 'react';
import type { ConfirmText } from './confirm.tsx';
import { usePage } from './surface.ts';

/** The fields of Block Kit elements that this page draws. */
export interface BlockElement {
  readonly type: string;
  readonly action_id?: string;
  readonly text?: { readonly text: string };
  readonly placeholder?: { readonly text: string };
  readonly style?: 'primary' | 'danger';
  readonly url?: string;
  readonly multiline?: boolean;
  readonly confirm?: ConfirmText;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly options: readonly Option[] }[];
  readonly initial_option?: Option;
  readonly initial_options?: readonly Option[];
  readonly initial_value?: string;
  readonly initial_date?: string;
  readonly initial_time?: string;
  readonly initial_user?: string;
}

interface Option {
  readonly value: string;
  readonly text: { readonly text: string };
  readonly description?: { readonly text: string };
  readonly url?: string;
}

/** Called with what was chosen; a button chooses nothing. */
export type Choose = (value?: string | readonly string[]) => void;

interface Props {
  readonly element: BlockElement;
  readonly isBusy?: boolean;
  /** Absent inside a form, which is read as a whole. */
  readonly choose?: Choose;
}

/** One Block Kit element as a control of the browser. */
export function Control({ element, isBusy = false, choose }: Props) {
  switch (element.type) {
    case 'button':
      return <Button element={element} isBusy={isBusy} choose={choose} />;
    case 'overflow':
      return <Overflow element={element} choose={choose} />;
    case 'static_select':
    case 'users_select':
      return <Select element={element} isBusy={isBusy} choose={choose} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Options element={element} isBusy={isBusy} choose={choose} />;
    default:
      return <Input element={element} choose={choose} />;
  }
}

interface ControlProps {
  readonly element: BlockElement;
  readonly isBusy?: boolean;
  readonly choose: Choose | undefined;
}

function Button({ element, isBusy, choose }: ControlProps) {
  const { text, style, url, action_id } = element;
  if (url) {
    return (
      <a className="button" href={url} target="_blank" rel="noreferrer" onClick={() => choose?.()}>
        {text?.text}
      </a>
    );
  }
  return (
    <button
      type="button"
      className="button"
      data-style={style}
      data-action={action_id}
      disabled={isBusy}
      onClick={() => choose?.()}
    >
      {text?.text}
    </button>
  );
}

function Overflow({ element, choose }: ControlProps) {
  const pick = (event: MouseEvent, value: string) => {
    event.currentTarget.closest('details')?.removeAttribute('open');
    choose?.(value);
  };
  return (
    <details className="overflow" data-action={element.action_id}>
      <summary aria-label="More actions">⋯</summary>
      <div className="menu">
        {optionsOf(element).map((option) => (
          <button type="button" key={option.value} onClick={(event) => pick(event, option.value)}>
            {option.text.text}
          </button>
        ))}
      </div>
    </details>
  );
}

function Select({ element, isBusy, choose }: ControlProps) {
  const { people } = usePage();
  const options =
    element.type === 'users_select'
      ? people.map(({ id, realName }) => ({ value: id, text: { text: realName } }))
      : optionsOf(element);
  const initial = element.initial_option?.value ?? element.initial_user ?? '';
  return (
    <select
      name={element.action_id}
      data-action={element.action_id}
      disabled={isBusy}
      defaultValue={initial}
      onChange={choose && ((event) => choose(event.target.value))}
    >
      <option value="" disabled>
        {element.placeholder?.text ?? 'Choose …'}
      </option>
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {text.text}
        </option>
      ))}
    </select>
  );
}

function Options({ element, isBusy, choose }: ControlProps) {
  const isMany = element.type === 'checkboxes';
  const initial = [element.initial_option, ...(element.initial_options ?? [])].map((option) => option?.value);
  const pick = (group: HTMLFieldSetElement | null) => {
    const checked = [...(group?.querySelectorAll<HTMLInputElement>('input:checked') ?? [])].map(({ value }) => value);
    choose?.(isMany ? checked : checked[0]);
  };
  return (
    <fieldset className="options" data-action={element.action_id} disabled={isBusy}>
      {optionsOf(element).map(({ value, text, description }) => (
        <label key={value}>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={element.action_id}
            value={value}
            defaultChecked={initial.includes(value)}
            onChange={(event) => pick(event.target.closest('fieldset'))}
          />
          <span>
            {text.text}
            {description && <small>{description.text}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  datepicker: 'date',
  timepicker: 'time',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
};

function Input({ element, choose }: ControlProps) {
  const shared = {
    name: element.action_id,
    placeholder: element.placeholder?.text,
    defaultValue: element.initial_value ?? element.initial_date ?? element.initial_time,
  };
  if (element.multiline) return <textarea {...shared} rows={4} />;
  return (
    <input
      {...shared}
      type={INPUT_TYPES[element.type] ?? 'text'}
      onChange={choose && ((event) => choose(event.target.value))}
    />
  );
}

function optionsOf({ options, option_groups = [] }: BlockElement): readonly Option[] {
  return options ?? option_groups.flatMap((group) => group.options);
}
