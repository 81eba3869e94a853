import type { ControlProps } from './block-element.ts';

const INPUT_TYPES: Readonly<Record<string, string>> = {
  datepicker: 'date',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
};

/** A text, a number or a date. */
export function Input({ element, name, id, describedBy, choose }: ControlProps) {
  const shared = {
    id,
    name,
    'aria-describedby': describedBy,
    'data-action': element.action_id,
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    defaultValue: element.initial_value ?? element.initial_date,
  };
  if (element.multiline) return <textarea {...shared} rows={4} />;
  return (
    <input
      {...shared}
      type={INPUT_TYPES[element.type] ?? 'text'}
      min={element.min_value}
      max={element.max_value}
      step={element.is_decimal_allowed ? 'any' : undefined}
      onChange={choose && ((event) => choose(event.target.value))}
    />
  );
}
