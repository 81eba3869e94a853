import type { Subcommand } from './subcommand.ts';

const HELP = `quota-watch-client connects Claude Code on this machine to your team’s Quota Watch.

  connect --url URL --token TOKEN [--yes]   shows what it would change in Claude Code’s settings, asks, and changes it
  disconnect                                undoes it: the settings are byte for byte as before
  doctor                                    says what works, what does not, and how to mend it
  send [--dry-run]                          sends what waits; with --dry-run prints byte for byte what would leave

  backfill [--since 30d] [--dry-run]        sends what local transcripts tell of the last month, once

Claude Code runs “status-line”, “status-news” and “hook” by itself.

/quota connect in Slack gives the address and a token. docs/connect.md says what is sent and what never is.
`;

/** Lists the subcommands; for a word that is none of them the exit code is 2. */
export const help: Subcommand = () => {
  const isAsked = ['help', '--help', '-h', undefined].includes(process.argv[2]);
  (isAsked ? process.stdout : process.stderr).write(HELP);
  return isAsked ? 0 : 2;
};
