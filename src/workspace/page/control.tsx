import type { ControlProps } from './block-element.ts';
import { optionsOf } from './block-element.ts';
import { Input } from './input.tsx';
import { Menu } from './menu.tsx';
import { MultiSelect } from './multi-select.tsx';
import { Options } from './options.tsx';
import { Select } from './select.tsx';

/** One Block Kit element as a control of the browser. */
export function Control(props: ControlProps) {
  switch (props.element.type) {
    case 'button':
      return <Button {...props} />;
    case 'overflow':
      return <Overflow {...props} />;
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
    case 'timepicker':
      return <Select {...props} />;
    case 'multi_static_select':
    case 'multi_users_select':
    case 'multi_channels_select':
    case 'multi_conversations_select':
      return <MultiSelect {...props} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Options {...props} />;
    default:
      return <Input {...props} />;
  }
}

/** True for what holds several controls of the browser, which no single label can name. */
export function isGroup(type: string): boolean {
  return type === 'checkboxes' || type === 'radio_buttons' || type.startsWith('multi_');
}

function Button({ element, isBusy, choose }: ControlProps) {
  const { text, style, url, action_id, accessibility_label } = element;
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
      aria-label={accessibility_label}
      data-style={style}
      data-action={action_id}
      disabled={isBusy}
      onClick={() => choose?.()}
    >
      {text?.text}
    </button>
  );
}

function Overflow({ element, isBusy = false, choose }: ControlProps) {
  const items = optionsOf(element).map(({ value, text, url }) => ({
    key: value,
    text: text.text,
    url,
    pick: () => choose?.(value),
  }));
  return <Menu label="More actions" className="button" action={element.action_id} isDisabled={isBusy} items={items} />;
}
