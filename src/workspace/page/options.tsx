import { useRef } from 'react';
import { type ControlProps, initialValues, optionsOf } from './block-element.ts';
import { RichLabel } from './rich-label.tsx';

/** Checkboxes, or radio buttons of which one is chosen. */
export function Options({ element, name, isBusy, choose }: ControlProps) {
  const group = useRef<HTMLDivElement>(null);
  const isMany = element.type === 'checkboxes';
  const initial = initialValues(element);
  const pick = () => {
    const checked = [...(group.current?.querySelectorAll<HTMLInputElement>('input:checked') ?? [])];
    const values = checked.map(({ value }) => value);
    choose?.(isMany ? values : values[0]);
  };
  return (
    <div className="options" ref={group} data-action={element.action_id}>
      {optionsOf(element).map(({ value, text, description }) => (
        <label key={value}>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={name}
            value={value}
            disabled={isBusy}
            defaultChecked={initial.includes(value)}
            onChange={pick}
          />
          <span>
            <RichLabel text={text} />
            {description && (
              <small>
                <RichLabel text={description} />
              </small>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}
