import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from './refused.ts';

/** What `connect` was told, kept in `connection.json` of the own folder, readable by its owner alone. */
export interface Connection {
  /** Address of the collector, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  /** The shell command that drew the status line before; undefined: there was none. */
  readonly wrapped?: string;
}

export function connectionFile(ownFolder: string): string {
  return join(ownFolder, 'connection.json');
}

/** Undefined: not connected, or the file cannot be read. */
export function readConnection(ownFolder: string): Connection | undefined {
  try {
    const { url, token, wrapped }: Partial<Record<string, unknown>> = JSON.parse(
      readFileSync(connectionFile(ownFolder), 'utf8'),
    );
    if (typeof url !== 'string' || typeof token !== 'string') return undefined;
    return { url, token, ...(typeof wrapped === 'string' && { wrapped }) };
  } catch {
    return undefined;
  }
}

/** Throws `Refused` where this machine is not connected. */
export function needConnection(ownFolder: string): Connection {
  const connection = readConnection(ownFolder);
  if (connection) return connection;
  throw new Refused('This machine is not connected: “/quota connect” in Slack says how.');
}
