import type { ActionsBlock, ModalView, SectionBlock } from '@slack/types';
import type { EpochMs } from '../../model/time.ts';
import { actions, button, context, section } from './blocks.ts';
import { count, duration } from './format.ts';

const TOKENS_MODAL = 'tokens_modal';
export const REVOKE_ACTION = 'token_revoke';
export const REVOKE_LEAVERS_ACTION = 'tokens_revoke_leavers';
export const TOKENS_PAGE_ACTIONS = { previous: 'tokens_previous', next: 'tokens_next' } as const;

/** A token as admins see it: never the secret. */
export interface ListedToken {
  readonly id: number;
  readonly kind: 'personal' | 'team';
  /** Ready to show. */
  readonly owner: string;
  /** How it begins. */
  readonly hint: string;
  readonly createdAt: EpochMs;
  readonly lastUsedAt: EpochMs | undefined;
  /** Whether its owner is deactivated in Slack. */
  readonly hasLeft: boolean;
}

export interface TokensView {
  /** Those of this page. */
  readonly tokens: readonly ListedToken[];
  /** How many there are on all pages, and how many of leavers. */
  readonly total: number;
  readonly leavers: number;
  /** Counted from 0. */
  readonly page: number;
  readonly pages: number;
  /** Whether Slack told who has left. */
  readonly areLeaversKnown: boolean;
  /** What was just done, ready to show. */
  readonly news: string | undefined;
  readonly now: EpochMs;
}

/** All tokens that work, those of leavers first. The page travels along, so that a click comes back to it. */
export function tokensModal(view: TokensView): ModalView {
  return {
    type: 'modal',
    callback_id: TOKENS_MODAL,
    private_metadata: String(view.page),
    title: { type: 'plain_text', text: 'Tokens' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      ...(view.news === undefined ? [] : [section(view.news)]),
      headBlock(view),
      ...(view.areLeaversKnown ? [] : [context(LEAVERS_UNKNOWN)]),
      ...view.tokens.map((token) => tokenBlock(token, view.now)),
      ...pageBlocks(view),
    ],
  };
}

const LEAVERS_UNKNOWN =
  'Slack has not told yet who has left. Close this and type `/quota tokens` again in a minute to see whose tokens those are.';

function headBlock(view: TokensView): SectionBlock {
  if (view.leavers === 0) return section(headline(view));
  return {
    ...section(headline(view)),
    accessory: {
      ...button(REVOKE_LEAVERS_ACTION, view.leavers === 1 ? 'Revoke it' : `Revoke all ${view.leavers}`, 'danger'),
      confirm: {
        title: { type: 'plain_text', text: 'Revoke what leavers have?' },
        text: {
          type: 'plain_text',
          text: 'All tokens of people who are deactivated in Slack are refused at once. This cannot be undone.',
        },
        confirm: { type: 'plain_text', text: 'Revoke' },
        deny: { type: 'plain_text', text: 'Keep' },
        style: 'danger',
      },
    },
  };
}

function headline({ total, leavers, page, pages }: TokensView): string {
  if (total === 0) return 'There are no tokens. People make their own with `/quota connect`.';
  const where = pages > 1 ? `, page ${page + 1} of ${pages}` : '';
  const left =
    leavers === 0 ? '' : ` ${count(leavers, 'belongs', 'belong')} to people who left Slack: best revoked now.`;
  return `*${count(total, 'token')} in use*${where}.${left}`;
}

function tokenBlock(
  { id, kind, owner, hint, createdAt, lastUsedAt, hasLeft }: ListedToken,
  now: EpochMs,
): SectionBlock {
  const facts = [
    `\`${hint}…\``,
    kind === 'team' ? 'writes for everybody' : 'personal',
    `made ${ago(createdAt, now)}`,
    lastUsedAt === undefined ? 'never used' : `last used ${ago(lastUsedAt, now)}`,
  ];
  const who = hasLeft ? `:warning: *${owner}* has left Slack` : `*${owner}*`;
  return {
    ...section(`${who}\n${facts.join(' · ')}`),
    block_id: `token_${id}`,
    accessory: {
      ...button(REVOKE_ACTION, 'Revoke', 'danger'),
      value: `${id}:${hint}`,
      confirm: {
        title: { type: 'plain_text', text: 'Revoke this token?' },
        text: { type: 'mrkdwn', text: confirmWords({ kind, hint }) },
        confirm: { type: 'plain_text', text: 'Revoke' },
        deny: { type: 'plain_text', text: 'Keep' },
        style: 'danger',
      },
    },
  };
}

/** Without a name, which may be long: Slack allows 300 characters. */
function confirmWords({ kind, hint }: Pick<ListedToken, 'kind' | 'hint'>): string {
  const then =
    kind === 'team'
      ? 'Every machine that sends with it stops counting, until it has another.'
      : 'Its owner can make another with `/quota connect`.';
  return `Whatever sends with \`${hint}…\` is refused at once. ${then} This cannot be undone.`;
}

function ago(at: EpochMs, now: EpochMs): string {
  return `${duration(Math.max(0, now - at))} ago`;
}

function pageBlocks({ page, pages }: TokensView): readonly ActionsBlock[] {
  const buttons = [
    ...(page > 0 ? [{ ...button(TOKENS_PAGE_ACTIONS.previous, 'Previous page'), value: String(page - 1) }] : []),
    ...(page < pages - 1 ? [{ ...button(TOKENS_PAGE_ACTIONS.next, 'Next page'), value: String(page + 1) }] : []),
  ];
  return buttons.length === 0 ? [] : [actions(...buttons)];
}

/** What a click on Revoke did, above the list. */
export function revokedWords(token: Pick<ListedToken, 'owner' | 'hint'> | undefined): string {
  if (!token) return 'That token was revoked already.';
  return `:white_check_mark: \`${token.hint}…\` of ${token.owner} is revoked: whatever sends with it is refused from now on.`;
}

/** What a click on Revoke all did; undefined: Slack did not say who has left. */
export function leaversRevokedWords(revoked: number | undefined): string {
  if (revoked === undefined)
    return 'Slack has not told who has left, so nothing was revoked. Please try again in a minute.';
  if (revoked === 0) return 'Nobody who left has a token (any more).';
  return `:white_check_mark: ${count(revoked, 'token')} of people who left ${revoked === 1 ? 'is' : 'are'} revoked.`;
}
