import { restore } from '../store/restore.ts';
import { amountOf, runCopyCommand } from './copy-command.ts';

await runCopyCommand({
  usage: `Puts a backup in the place of the database (DATABASE_PATH). Quota Watch must be stopped.

  npm run --silent restore -- FILE

FILE stays as it is. The database that was there is kept beside the new one, under another name.
`,
  takesForce: false,
  async run({ file, database, signal }) {
    const suffix = `.before-restore-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`;
    const { schema, aside, ...copied } = await restore({ file, database, suffix, signal });
    const kept = aside === undefined ? [] : [`The database that was there is now ${aside}.`];
    return [
      `${database} is restored from ${file}: ${amountOf(copied)}, schema ${schema}.`,
      ...kept,
      'Start Quota Watch. Tokens that were revoked and people who were forgotten since that backup are back: repeat both.',
    ].join('\n');
  },
});
