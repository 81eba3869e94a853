import { backUp } from '../store/backup.ts';
import { amountOf, runCopyCommand } from './copy-command.ts';

await runCopyCommand({
  usage: `Writes a checked copy of the database (DATABASE_PATH) to a file, while Quota Watch runs.

  npm run --silent backup -- FILE [--force]

FILE appears whole or not at all; one that is there already is replaced only with --force. It holds personal data, so
only its owner can read it.
`,
  takesForce: true,
  async run({ file, force, ...rest }) {
    const copied = await backUp({ ...rest, file, overwrite: force });
    return `${rest.database} is backed up to ${file}: ${amountOf(copied)}.`;
  },
});
