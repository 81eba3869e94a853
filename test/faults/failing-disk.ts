import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Loaded before the program: from the moment that this file is there, its disk fails at every sync that it asks for. */
const trigger = process.env.DISK_FAILS_WITH ?? '';

const { fdatasync } = fs;
const failure = () => Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });

Object.assign(fs, {
  fdatasync(file: number, done: (error: Error | null) => void) {
    if (fs.existsSync(trigger)) setImmediate(() => done(failure()));
    else fdatasync(file, done);
  },
});
syncBuiltinESMExports();
