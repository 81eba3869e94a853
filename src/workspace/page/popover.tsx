import { type ReactNode, useId } from 'react';

interface Props {
  /** What opens it, and what a screen reader calls that. */
  readonly face: ReactNode;
  readonly label: string;
  readonly className?: string | undefined;
  readonly action?: string | undefined;
  readonly isDisabled?: boolean;
  /** Draws what pops up; `close` are the attributes of a button that closes it. */
  readonly children: (close: Closing) => ReactNode;
}

interface Closing {
  readonly popoverTarget: string;
  readonly popoverTargetAction: 'hide';
}

/** A button, and what it shows in front of everything until somebody clicks elsewhere or presses Escape. */
export function Popover({ face, label, className = '', action, isDisabled = false, children }: Props) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        className={`opener ${className}`}
        aria-label={label}
        data-action={action}
        disabled={isDisabled}
        popoverTarget={id}
      >
        {face}
      </button>
      <div id={id} popover="auto" className="popover">
        {children({ popoverTarget: id, popoverTargetAction: 'hide' })}
      </div>
    </>
  );
}
