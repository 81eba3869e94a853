import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');

/** A file of the repository. */
export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: the assertions of a test say what they expect
export const yamlOf = (path: string): any => parse(textOf(path));

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly rest: string;
}

/** The instructions of the Dockerfile, each on one line, by the stage they are in. */
export function stages(): readonly (readonly Instruction[])[] {
  const lines = textOf('Dockerfile')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const all: Instruction[][] = [];
  for (const line of lines) {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') all.push([]);
    all.at(-1)?.push({ name: name.toUpperCase(), rest });
  }
  return all;
}

/** What the image that runs says of one instruction. */
export function imageSays(name: string): readonly string[] {
  return (stages().at(-1) ?? []).filter((one) => one.name === name).map(({ rest }) => rest);
}

/** The environment that the image sets. */
export function imageEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(imageSays('ENV').flatMap((rest) => rest.split(/\s+/).map((pair) => pair.split('=', 2))));
}

/** The command by which the image tells whether it is well. */
export function healthcheck(): readonly string[] {
  const [rest = ''] = imageSays('HEALTHCHECK');
  return JSON.parse(rest.slice(rest.indexOf('CMD') + 3));
}

/** The settings that the program reads. */
export function settings(): readonly string[] {
  return [...textOf('src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name);
}

/** The directives of a systemd unit, each with all its values, in order. */
export function unit(path: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of textOf(path).split('\n')) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== '') found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}
