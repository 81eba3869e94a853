/** Block Kit's text object. */
export interface TextObject {
  readonly type?: string;
  readonly text: string;
}

/** Block Kit's confirmation dialog. */
export interface ConfirmText {
  readonly title: TextObject;
  readonly text: TextObject;
  readonly confirm: TextObject;
  readonly deny: TextObject;
  readonly style?: 'primary' | 'danger';
}

/** The fields of Block Kit elements that this page draws. */
export interface BlockElement {
  readonly type: string;
  readonly action_id?: string;
  readonly text?: TextObject;
  readonly placeholder?: TextObject;
  readonly style?: 'primary' | 'danger';
  readonly url?: string;
  readonly accessibility_label?: string;
  readonly multiline?: boolean;
  readonly max_length?: number;
  readonly min_value?: string;
  readonly max_value?: string;
  readonly is_decimal_allowed?: boolean;
  readonly confirm?: ConfirmText;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly { readonly label?: TextObject; readonly options: readonly Option[] }[];
  readonly filter?: { readonly include?: readonly string[] };
  readonly max_selected_items?: number;
  readonly initial_option?: Option;
  readonly initial_options?: readonly Option[];
  readonly initial_value?: string;
  readonly initial_date?: string;
  readonly initial_time?: string;
  readonly initial_user?: string;
  readonly initial_users?: readonly string[];
  readonly initial_channel?: string;
  readonly initial_channels?: readonly string[];
  readonly initial_conversation?: string;
  readonly initial_conversations?: readonly string[];
}

export interface Option {
  readonly value: string;
  readonly text: TextObject;
  readonly description?: TextObject;
  readonly url?: string;
}

/** Called with what was chosen; a button chooses nothing. */
export type Choose = (value?: string | readonly string[]) => void;

/** What every control is given. */
export interface ControlProps {
  readonly element: BlockElement;
  /** The name of its value in a form: `block id/action id`. */
  readonly name: string;
  /** Names of the label and of what is said about it, for those who cannot see them. */
  readonly id?: string;
  readonly describedBy?: string;
  readonly isBusy?: boolean;
  /** An optional input can be emptied again. */
  readonly isOptional?: boolean;
  /** Absent inside a form, which is read as a whole. */
  readonly choose?: Choose;
}

/** Options as they are listed, whether grouped or not. */
export function optionsOf({ options, option_groups = [] }: BlockElement): readonly Option[] {
  return options ?? option_groups.flatMap((group) => group.options);
}

/** The values that an element holds before anybody touches it. */
export function initialValues(element: BlockElement): readonly string[] {
  const { initial_option, initial_options = [] } = element;
  return [
    ...[initial_option, ...initial_options].map((option) => option?.value),
    element.initial_user,
    element.initial_channel,
    element.initial_conversation,
    element.initial_time,
    ...(element.initial_users ?? []),
    ...(element.initial_channels ?? []),
    ...(element.initial_conversations ?? []),
  ].filter((value) => value !== undefined);
}
