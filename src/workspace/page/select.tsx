import { type ControlProps, initialValues, type Option } from './block-element.ts';
import { useChoices } from './choices.ts';

/** A menu from which one thing is chosen. */
export function Select({ element, name, id, describedBy, isBusy, isOptional = false, choose }: ControlProps) {
  const options = useChoices(element);
  const placeholder = element.placeholder?.text ?? 'Choose …';
  return (
    <select
      id={id}
      name={name}
      aria-label={id === undefined ? placeholder : undefined}
      aria-describedby={describedBy}
      data-action={element.action_id}
      disabled={isBusy}
      defaultValue={initialValues(element)[0] ?? ''}
      onChange={choose && ((event) => choose(event.target.value))}
    >
      <option value="" disabled={!isOptional} hidden={!isOptional}>
        {placeholder}
      </option>
      {element.option_groups?.map(({ label, options: grouped }) => (
        <optgroup key={label?.text} label={label?.text}>
          {grouped.map(drawn)}
        </optgroup>
      )) ?? options.map(drawn)}
    </select>
  );
}

function drawn({ value, text }: Option) {
  return (
    <option key={value} value={value}>
      {text.text}
    </option>
  );
}
