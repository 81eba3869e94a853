import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The developers' program as it is handed out. */
export interface ClientPackage {
  /** Where the collector serves it; another program has another path, because npx remembers programs by their address. */
  readonly path: string;
  readonly bytes: Buffer;
}

const FILE = join(import.meta.dirname, '../dist/quota-watch-client.tgz');

/** What `npm run client:pack` built; undefined: nobody did. */
export function readClientPackage(): ClientPackage | undefined {
  if (!existsSync(FILE)) return undefined;
  const bytes = readFileSync(FILE);
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return { path: `/client/${digest}.tgz`, bytes };
}
