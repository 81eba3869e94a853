import type { Subcommand } from './subcommand.ts';

const HELP = `quota-watch-client connects Claude Code on this machine to your team’s Quota Watch.

  doctor                             says what works, what does not, and how to mend it

/quota connect in Slack gives the address and a token. docs/connect.md says what is sent and what never is.
`;

/** Lists the subcommands; for a word that is none of them the exit code is 2. */
export const help: Subcommand = () => {
  const isAsked = ['help', '--help', '-h', undefined].includes(process.argv[2]);
  (isAsked ? process.stdout : process.stderr).write(HELP);
  return isAsked ? 0 : 2;
};
