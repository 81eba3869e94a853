import { useState } from 'react';
import type { BlockElement, Choose } from './block-element.ts';
import { Confirm } from './confirm.tsx';
import { Control } from './control.tsx';
import { type Surface, usePage } from './surface.ts';

interface Props {
  readonly element: BlockElement;
  readonly blockId: string | undefined;
  readonly surface: Surface;
}

/** An element that tells the app when it is used, after asking for confirmation where the app wants it. */
export function Interactive({ element, blockId, surface }: Props) {
  const { act } = usePage();
  const [isBusy, setBusy] = useState(false);
  const [pending, setPending] = useState<{ readonly value: Parameters<Choose>[0] }>();

  const send = async (value: Parameters<Choose>[0]) => {
    setBusy(true);
    await act(surface, {
      action_id: element.action_id ?? '',
      block_id: blockId,
      ...(value === undefined ? {} : { value }),
    });
    setBusy(false);
  };

  const choose: Choose = (value) => (element.confirm ? setPending({ value }) : send(value));
  const decide = (isConfirmed: boolean) => {
    setPending(undefined);
    if (isConfirmed) send(pending?.value);
  };

  return (
    <>
      <Control element={element} name={`${blockId}/${element.action_id}`} isBusy={isBusy} choose={choose} />
      {pending && element.confirm && <Confirm dialog={element.confirm} decide={decide} />}
    </>
  );
}

/** True for an accessory that can be used, unlike an image. */
export function isInteractive(accessory: unknown): accessory is BlockElement {
  return typeof accessory === 'object' && accessory !== null && 'action_id' in accessory;
}
