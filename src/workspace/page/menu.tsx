import { Popover } from './popover.tsx';

interface Props {
  /** What a screen reader calls the three dots. */
  readonly label: string;
  readonly className?: string | undefined;
  readonly action?: string | undefined;
  readonly isDisabled?: boolean;
  readonly items: readonly MenuItem[];
}

export interface MenuItem {
  readonly key: string;
  readonly text: string;
  readonly url?: string | undefined;
  readonly pick: () => void;
}

/** Three dots with a menu behind them. */
export function Menu({ label, className, action, isDisabled = false, items }: Props) {
  return (
    <Popover face="⋯" label={label} className={className} action={action} isDisabled={isDisabled}>
      {(close) => (
        <div className="menu" role="menu">
          {items.map(({ key, text, url, pick }) =>
            url ? (
              <a key={key} role="menuitem" href={url} target="_blank" rel="noreferrer" onClick={pick}>
                {text}
              </a>
            ) : (
              <button key={key} type="button" role="menuitem" onClick={pick} {...close}>
                {text}
              </button>
            ),
          )}
        </div>
      )}
    </Popover>
  );
}
