import type { ModalView } from '@slack/types';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Store } from '../store/store.ts';
import type { TokenInfo } from '../store/token-store.ts';
import type { HasLeft } from './members.ts';
import type { People } from './people.ts';
import type { Roles } from './roles.ts';
import { escapeText } from './views/escape-text.ts';
import { type ListedToken, leaversRevokedWords, revokedWords, tokensModal } from './views/tokens-modal.ts';

export interface TeamTokensDeps {
  readonly store: Pick<Store, 'tokens' | 'audit' | 'transaction'>;
  readonly roles: Pick<Roles, 'isAdmin'>;
  readonly people: Pick<People, 'leavers'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

export type TeamTokens = ReturnType<typeof createTeamTokens>;

/** Slack takes 100 blocks in a modal, and people less. */
const PAGE = 40;
/** A modal must open within three seconds of the command; in a large workspace the list of members takes longer. */
const LEAVERS_WITHIN_MS = 1.5 * SECOND_MS;

/** The tokens that work, for admins: whose they are, how they are used, and an end to them. */
export function createTeamTokens({ store, roles, people, clock, log }: TeamTokensDeps) {
  return {
    /** A page of the list; beyond the last it is the last. */
    page: (page: number): Promise<ModalView> => list(page, undefined),

    /** Another page, for admins; undefined for anybody else. */
    turn: async (page: number, by: string): Promise<ModalView | undefined> =>
      (await roles.isAdmin(by)) ? await list(page, undefined) : undefined,

    /**
     * Takes a token back and shows the page anew; undefined for who is no admin (any more). The hint tells a token from
     * one that got its number later.
     */
    async revoke(
      { id, hint, page }: { id: number; hint: string; page: number },
      by: string,
    ): Promise<ModalView | undefined> {
      if (!(await roles.isAdmin(by))) return undefined;
      const token = store.tokens.find(id);
      const isRevoked = token?.hint === hint && store.transaction(() => end(token, by));
      return await list(page, revokedWords(isRevoked ? { hint, owner: ownerOf(token) } : undefined));
    },

    /** Takes back all tokens of people who left, and shows the list anew; undefined for who is no admin (any more). */
    async revokeLeavers(by: string): Promise<ModalView | undefined> {
      if (!(await roles.isAdmin(by))) return undefined;
      const hasLeft = await leaversSoon();
      const leavers = store.tokens.inUse().filter((token) => isLeavers(token, hasLeft));
      const revoked = store.transaction(() => leavers.filter((token) => end(token, by)).length);
      return await list(0, leaversRevokedWords(hasLeft && revoked));
    },
  };

  /** Ends a token, with an audit row; whether it was one that worked. */
  function end({ id, kind, hint, developer }: TokenInfo, by: string): boolean {
    const now = clock.now();
    if (!store.tokens.revoke(id, now)) return false;
    store.audit.add({ at: now, by, action: 'token_revoked', developer, detail: `${kind} ${hint}` });
    log.info({ by, token: id, developer }, 'token revoked');
    return true;
  }

  async function list(wanted: number, news: string | undefined): Promise<ModalView> {
    const hasLeft = await leaversSoon();
    const tokens = store.tokens
      .inUse()
      .toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)))
      .map((token) => listed(token, hasLeft))
      .toSorted((one, other) => rank(one) - rank(other));
    const pages = Math.max(1, Math.ceil(tokens.length / PAGE));
    const page = Math.min(Math.max(0, wanted), pages - 1);
    return tokensModal({
      tokens: tokens.slice(page * PAGE, (page + 1) * PAGE),
      total: tokens.length,
      leavers: tokens.filter((token) => token.hasLeft).length,
      page,
      pages,
      areLeaversKnown: hasLeft !== undefined,
      news,
      now: clock.now(),
    });
  }

  /** Undefined: Slack does not say, or not in time; then the next list has it. */
  async function leaversSoon(): Promise<HasLeft | undefined> {
    let cancel = () => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = clock.after(LEAVERS_WITHIN_MS, () => resolve(undefined));
    });
    const asked = people.leavers().catch((err: unknown) => {
      log.warn({ err }, 'slack does not tell who has left');
      return undefined;
    });
    return await Promise.race([asked, late]).finally(cancel);
  }
}

function listed(token: TokenInfo, hasLeft: HasLeft | undefined): ListedToken {
  const { id, kind, hint, createdAt, lastUsedAt } = token;
  return { id, kind, hint, createdAt, lastUsedAt, owner: ownerOf(token), hasLeft: isLeavers(token, hasLeft) };
}

function isLeavers(token: TokenInfo, hasLeft: HasLeft | undefined): boolean {
  return token.kind === 'personal' && (hasLeft?.(token) ?? false);
}

/** Those of leavers are to be seen to; the team's weighs most of the rest. */
function rank({ hasLeft, kind }: ListedToken): number {
  if (hasLeft) return 0;
  return kind === 'team' ? 1 : 2;
}

/** By what admins look for somebody. */
function nameOf({ email, name }: TokenInfo): string {
  return email ?? name ?? '';
}

function ownerOf({ kind, slackUser, name, email }: TokenInfo): string {
  if (kind === 'team') return 'The whole team';
  const address = email === undefined ? '' : escapeText(email);
  if (slackUser !== undefined) return address === '' ? `<@${slackUser}>` : `<@${slackUser}> (${address})`;
  return address || escapeText(name ?? '') || 'Somebody without a name';
}
