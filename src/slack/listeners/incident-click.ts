import type { Message } from '../views/blocks.ts';

/** What the listeners of an alert's controls read of Bolt's arguments. */
export interface IncidentClick {
  readonly body: { readonly user: { readonly id: string } };
  readonly ack: () => Promise<void>;
  readonly respond: (answer: Message & { response_type: 'ephemeral'; replace_original: boolean }) => Promise<unknown>;
}

/** A choice from one of its menus. */
export interface IncidentMenuClick extends IncidentClick {
  readonly action: { readonly selected_option: { readonly value?: string | undefined } };
}

/** Answers whoever clicked, and nobody else; undefined: the alert itself shows what came of it. */
export async function answerAlone(respond: IncidentClick['respond'], answer: Message | undefined): Promise<void> {
  if (answer) await respond({ response_type: 'ephemeral', replace_original: false, ...answer });
}
