import type { FormAnswer, TeamSettings } from '../team-settings.ts';

interface Submission {
  readonly body: { readonly user: { readonly id: string } };
  readonly view: { readonly private_metadata: string; readonly state: { readonly values: object } };
  readonly ack: (answer: FormAnswer) => Promise<void>;
}

/** An admin saves the team's settings. The acknowledgement is the answer: what is wrong, or what was changed. */
export function settingsSubmitted({ save }: Pick<TeamSettings, 'save'>) {
  return async ({ body, view, ack }: Submission): Promise<void> => {
    await ack(await save({ metadata: view.private_metadata, values: view.state.values }, body.user.id));
  };
}
