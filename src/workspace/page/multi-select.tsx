import { useState } from 'react';
import { type ControlProps, initialValues } from './block-element.ts';
import { useChoices } from './choices.ts';
import { Popover } from './popover.tsx';

/** A menu from which several things are chosen; closed, it names them. */
export function MultiSelect({ element, name, isBusy = false, choose }: ControlProps) {
  const options = useChoices(element);
  const [values, setValues] = useState(initialValues(element));
  const placeholder = element.placeholder?.text ?? 'Choose …';
  const names = options.filter(({ value }) => values.includes(value)).map(({ text }) => text.text);
  const isFull = values.length >= (element.max_selected_items ?? options.length);

  const toggle = (value: string) => {
    const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
    setValues(next);
    choose?.(next);
  };

  return (
    <Popover
      face={names.length > 0 ? names.join(', ') : <span className="placeholder">{placeholder}</span>}
      label={names.length > 0 ? names.join(', ') : placeholder}
      className="choices"
      action={element.action_id}
      isDisabled={isBusy}
    >
      {() => (
        <div className="choices-menu">
          {options.map(({ value, text }) => {
            const isChecked = values.includes(value);
            return (
              <label key={value}>
                <input
                  type="checkbox"
                  name={name}
                  value={value}
                  checked={isChecked}
                  disabled={isFull && !isChecked}
                  onChange={() => toggle(value)}
                />
                <span>{text.text}</span>
              </label>
            );
          })}
        </div>
      )}
    </Popover>
  );
}
