import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { isForPeople, readSettings } from '../serve.ts';
import { openStore, type Store } from '../store/store.ts';

const USAGE = `Creates, lists and revokes the tokens with which usage is sent.

  npm run --silent token -- --email dev@example.com [--name Ada]   a personal token, printed alone
  npm run --silent token -- --team                                 a team token: usage counts for whichever email it names,
                                                                   so whoever holds it can write for any colleague
  npm run --silent token -- --list
  npm run --silent token -- --revoke ID
`;

const options = {
  email: { type: 'string' },
  name: { type: 'string' },
  team: { type: 'boolean' },
  list: { type: 'boolean' },
  revoke: { type: 'string' },
} as const;

try {
  const { values } = parseArgs({ options });
  const store = openStore(readSettings().databasePath, systemClock.now());
  process.exitCode = run(store, values);
  store.close();
} catch (error) {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (!isUsage && !isForPeople(error)) throw error;
  fail(isUsage ? `${error.message}\n\n${USAGE}` : error.message);
}

interface Wishes {
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly team?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly revoke?: string | undefined;
}

/** The exit code. */
function run(store: Store, { email, name, team, list, revoke }: Wishes): number {
  const now = systemClock.now();
  const wishes = [email !== undefined, team, list, revoke !== undefined].filter(Boolean).length;
  if (wishes > 1) return fail('Choose one of --email, --team, --list and --revoke.');
  if (list) return print(listing(store));
  if (revoke !== undefined) {
    const isRevoked = store.tokens.revoke(Number(revoke), now);
    return isRevoked
      ? print(`Token ${revoke} is revoked.`)
      : fail(`There is no token ${revoke} to revoke; --list shows them.`);
  }
  if (team) return print(store.tokens.create({ of: 'team' }, now));
  if (email === undefined) return fail(USAGE);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return fail(`${email} is not an email address.`);
  const developer = store.developers.forEmail(email, { now, name });
  return print(store.tokens.create({ of: 'developer', developer }, now));
}

function listing(store: Store): string {
  const day = (at: number | undefined) => (at === undefined ? 'never' : new Date(at).toISOString().slice(0, 16));
  const lines = store.tokens.list().map((token) => {
    const state =
      token.revokedAt === undefined ? `last used ${day(token.lastUsedAt)}` : `revoked ${day(token.revokedAt)}`;
    return [token.id, `${token.hint}…`, token.email ?? 'team', `created ${day(token.createdAt)}`, state].join('\t');
  });
  return lines.length === 0 ? 'There are no tokens yet.' : lines.join('\n');
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
  return 1;
}
