import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Builds the developers’ program as the tarball that the collector hands out, `dist/quota-watch-client.tgz`: JavaScript
 * without any dependency, with the version of the collector that it belongs to.
 */
const ROOT = join(import.meta.dirname, '../..');
const DIST = join(ROOT, 'dist');
/** Of this process: whoever else packs at the same time does not disturb it, and the tarball appears whole. */
const PACKING = join(DIST, `packing-${process.pid}`);
const EMITTED = join(PACKING, 'emitted');
const FOLDER = join(PACKING, 'package');
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

const Root = z.object({ version: z.string(), license: z.string() });

// npm prepares the package also where it was told to leave the compiler out: what was built elsewhere stays.
if (existsSync(COMPILER)) await pack();

async function pack() {
  const { buildSync } = await import('esbuild');
  mkdirSync(FOLDER, { recursive: true });
  run(process.execPath, [COMPILER, '-p', join(ROOT, 'tsconfig.client.json'), '--outDir', EMITTED]);
  writeFileSync(join(EMITTED, 'package.json'), '{"type":"commonjs"}');
  const emitted = join(EMITTED, 'client');
  // A file for each subcommand: to find each of a dozen modules takes Node as long as to run them, and so does reading what
  // another subcommand needs.
  buildSync({
    entryPoints: loadedBy(readFileSync(join(emitted, 'main.js'), 'utf8')).map((name) => join(emitted, name)),
    outbase: emitted,
    outdir: FOLDER,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  copyFileSync(join(emitted, 'main.js'), join(FOLDER, 'main.js'));
  writeFileSync(join(FOLDER, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  copyFileSync(join(ROOT, 'LICENSE'), join(FOLDER, 'LICENSE'));
  const packed = run('npm', ['pack', FOLDER, '--pack-destination', PACKING, '--silent', '--ignore-scripts']).trim();
  renameSync(join(PACKING, packed), join(DIST, 'quota-watch-client.tgz'));
  rmSync(PACKING, { recursive: true });
}

/** The files that a program loads when it needs them. */
function loadedBy(program: string): readonly string[] {
  return [...program.matchAll(/require\(['"]\.\/([^'"]+)['"]\)/g)].map(([, name = '']) => name);
}

function manifest() {
  const { version, license } = Root.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  return {
    name: 'quota-watch-client',
    version,
    description: 'Connects Claude Code on this machine to your team’s Quota Watch',
    license,
    type: 'commonjs',
    bin: { 'quota-watch-client': 'main.js' },
    engines: { node: '>=20' },
  };
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
