import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Pure folders, left to right: each may import those to its left. */
const PURE = ['model', 'windows', 'detectors', 'incidents', 'summary', 'simulation'];
/** The edges of the program: each knows the pure folders, and the store by its types alone. */
const EDGES = ['collector', 'slack', 'jobs', 'workspace'];
/** What runs on developers' machines: it is packed without any package, so that it knows Node and the vocabulary alone. */
const CLIENT = 'client';
/** What joins the parts: files right under src, commands, and the evaluation, which runs them all. */
const JOINING = ['', 'commands', 'evaluation'];

/** Packages that only these folders may import. */
const PACKAGE_OWNERS: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['store'],
  emulate: ['workspace'],
  '@slack/bolt': ['slack'],
  '@slack/web-api': ['slack'],
  fastify: ['collector', 'workspace'],
  'prom-client': [''],
};

/** Exception 1: edges take time as data, so they name the type of the injected clock. */
const TYPES_FOR_EDGES = ['clock.ts'];
/** Exception 2: a bundler replaces these letters in what browsers load; nothing here reads the environment. */
const NAMES_NODE_ENV = ['workspace/page-bundle.ts'];

/** The files that read the environment, one a program, and the one that may load the local workspace, only when it is needed. */
const READS_ENVIRONMENT = ['serve.ts', 'client/main.ts'];
const LOADS_WORKSPACE = 'slack-place.ts';

interface Import {
  /** A package, or a file below src. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

/** Every broken rule of one file, by its path below src. */
function violations(file: string, text: string): readonly string[] {
  const broken = importsOf(file, text).flatMap((found) => {
    const rule = found.isPackage ? packageRule(file, found) : fileRule(file, found);
    return rule === undefined ? [] : [`${file} imports ${found.target}: ${rule}`];
  });
  return [...broken, ...textRules(file, text).map((rule) => `${file}: ${rule}`)];
}

function packageRule(file: string, { target, isType }: Import): string | undefined {
  const folder = folderOf(file);
  const name = nameOf(target);
  if (PACKAGE_OWNERS[name] && !PACKAGE_OWNERS[name].includes(folder)) {
    return `only ${PACKAGE_OWNERS[name].join(' and ')} may`;
  }
  if (PURE.includes(folder))
    return ['zod', 'luxon'].includes(target) ? undefined : 'pure folders know zod and luxon alone';
  if (isView(file)) {
    const isKnown = target === 'luxon' || (target === '@slack/types' && isType);
    return isKnown ? undefined : 'views know luxon and the types of Slack alone';
  }
  if (folder === CLIENT) return target.startsWith('node:') ? undefined : 'it is packed without packages';
  if (folder !== 'store') return undefined;
  return target === 'better-sqlite3' || target.startsWith('node:') ? undefined : 'the store knows its database alone';
}

function fileRule(file: string, { target, isType, isDynamic }: Import): string | undefined {
  const [from, to] = [folderOf(file), folderOf(target)];
  if (to === 'workspace' && from !== 'workspace') {
    if (file !== LOADS_WORKSPACE) return `only ${LOADS_WORKSPACE} may`;
    return isDynamic || isType ? undefined : 'it is loaded only when it is needed';
  }
  if (JOINING.includes(from)) return undefined;
  if (isView(file)) return viewRule(target, isType);
  if (from === to) return undefined;
  if (from === CLIENT) return to === 'model' ? undefined : 'the client knows the vocabulary alone';
  if (PURE.includes(from)) return PURE.slice(0, PURE.indexOf(from)).includes(to) ? undefined : 'it is not to its left';
  if (PURE.includes(to)) return undefined;
  if (from === 'store') return 'the store knows the pure folders alone';
  if (!EDGES.includes(from)) return 'no rule is known for this folder';
  if (to === 'store' || TYPES_FOR_EDGES.includes(target)) return isType ? undefined : 'only its types';
  return EDGES.includes(to) ? 'edges do not know each other' : 'edges do not know what joins them';
}

function viewRule(target: string, isType: boolean): string | undefined {
  const to = folderOf(target);
  if (isView(target) || to === 'model') return undefined;
  if (!PURE.includes(to)) return 'views are pure';
  return isType ? undefined : 'only its types';
}

function textRules(file: string, text: string): readonly string[] {
  const hasSql = /\b(?:SELECT |INSERT INTO)/.test(text) && folderOf(file) !== 'store';
  const hasEnv = /\bprocess\.env\b/.test(text) && !READS_ENVIRONMENT.includes(file) && !NAMES_NODE_ENV.includes(file);
  return [
    ...(hasSql ? ['SQL belongs to the store'] : []),
    ...(hasEnv ? [`only ${READS_ENVIRONMENT.join(' and ')} read the environment`] : []),
  ];
}

/** Statements that import or export from somewhere, and `import()`, also inside `typeof`. */
const STATEMENT = /^(?:import|export)\s+(?:(?<clause>[^;'"]*?)\s+from\s+)?['"](?<from>[^'"]+)['"]/gm;
const CALL = /(?<typeOf>typeof\s+)?\bimport\(\s*['"](?<from>[^'"]+)['"]\s*\)/g;

function importsOf(file: string, text: string): readonly Import[] {
  const statements = [...text.matchAll(STATEMENT)].map(({ groups }) => ({
    ...targetOf(file, groups?.from ?? ''),
    isType: isTypeClause(groups?.clause ?? ''),
    isDynamic: false,
  }));
  const calls = [...text.matchAll(CALL)].map(({ groups }) => ({
    ...targetOf(file, groups?.from ?? ''),
    isType: groups?.typeOf !== undefined,
    isDynamic: true,
  }));
  return [...statements, ...calls];
}

function targetOf(file: string, from: string) {
  const isPackage = !from.startsWith('.');
  return { isPackage, target: isPackage ? from : normalize(join(dirname(file), from)) };
}

/** `type …`, or names that are each a type. */
function isTypeClause(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const names = /^\{(?<names>[^}]*)\}$/s
    .exec(clause)
    ?.groups?.names?.split(',')
    .filter((name) => name.trim() !== '');
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

/** `@slack/bolt` of `@slack/bolt/dist/x`. */
function nameOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function isView(file: string): boolean {
  return file.startsWith('slack/views/');
}

const SRC = join(import.meta.dirname, '../src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

describe('who may import whom', () => {
  test('is held by every file', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(({ file, text }) => violations(file, text))).toEqual([]);
  });

  test('knows every folder', () => {
    const folders = new Set(files.map(({ file }) => folderOf(file)));
    expect([...folders].filter((folder) => ![...PURE, 'store', ...EDGES, CLIENT, ...JOINING].includes(folder))).toEqual(
      [],
    );
  });

  test('lets the client load no model file that needs a package', () => {
    const loads = (file: string): readonly string[] => {
      const text = files.find((known) => known.file === file)?.text ?? '';
      const imports = importsOf(file, text).filter(({ isType }) => !isType);
      return imports.flatMap(({ isPackage, target }) =>
        isPackage ? [target] : target.startsWith('model/') ? loads(target) : [],
      );
    };
    const clientFiles = files.filter(({ file }) => folderOf(file) === CLIENT);
    expect(clientFiles).not.toEqual([]);
    for (const { file } of clientFiles) {
      expect(loads(file).filter((name) => !name.startsWith('node:'))).toEqual([]);
    }
  });

  test('has no exception that nobody needs', () => {
    const clocks = files.filter(({ file, text }) =>
      importsOf(file, text).some(({ target }) => EDGES.includes(folderOf(file)) && TYPES_FOR_EDGES.includes(target)),
    );
    expect(clocks).not.toEqual([]);
    for (const name of NAMES_NODE_ENV) expect(files.find(({ file }) => file === name)?.text).toContain('process.env');
  });
});

describe('the check itself', () => {
  test.each<[fault: string, file: string, text: string]>([
    ['a store in a pure folder', 'model/x.ts', "import type { Store } from '../store/store.ts';"],
    ['a pure folder to the right', 'windows/x.ts', "import { judge } from '../detectors/judge.ts';"],
    [
      'a pure folder to the right, over several lines',
      'detectors/x.ts',
      "import {\n  a,\n  b,\n} from '../summary/x.ts';",
    ],
    ['a file of the root in a pure folder', 'incidents/x.ts', "import type { Clock } from '../clock.ts';"],
    ['Node in a pure folder', 'summary/x.ts', "import { join } from 'node:path';"],
    ['a package in a pure folder', 'model/x.ts', "import { pino } from 'pino';"],
    ['a pure function in a view', 'slack/views/x.ts', "import { forecast } from '../../windows/forecast.ts';"],
    [
      'a pure function beside a type in a view',
      'slack/views/x.ts',
      "import { forecast, type F } from '../../windows/forecast.ts';",
    ],
    ['the store in a view', 'slack/views/x.ts', "import type { Store } from '../../store/store.ts';"],
    ['the rest of slack in a view', 'slack/views/x.ts', "import { people } from '../people.ts';"],
    ['Bolt in a view', 'slack/views/x.ts', "import type { App } from '@slack/bolt';"],
    ['code of Slack’s types in a view', 'slack/views/x.ts', "import { x } from '@slack/types';"],
    ['code of the store at an edge', 'jobs/x.ts', "import { openStore } from '../store/store.ts';"],
    ['code of the clock at an edge', 'slack/x.ts', "import { systemClock } from '../clock.ts';"],
    ['one edge at another', 'jobs/x.ts', "import type { Message } from '../slack/views/blocks.ts';"],
    ['a re-export of another edge', 'collector/x.ts', "export { x } from '../jobs/loop.ts';"],
    ['what joins, at an edge', 'collector/x.ts', "import type { Config } from '../config.ts';"],
    ['an edge in the store', 'store/x.ts', "import type { Answer } from '../jobs/deliver.ts';"],
    ['another package in the store', 'store/x.ts', "import { z } from 'zod';"],
    ['the database outside the store', 'app.ts', "import Database from 'better-sqlite3';"],
    ['the emulator outside the workspace', 'slack-place.ts', "await import('emulate');"],
    ['Slack’s client outside slack', 'jobs/x.ts', "import type { WebClient } from '@slack/web-api';"],
    ['a server outside its folders', 'slack/x.ts', "import Fastify from 'fastify';"],
    ['the workspace at the start', 'slack-place.ts', "import { startWorkspace } from './workspace/workspace.ts';"],
    ['the workspace elsewhere', 'app.ts', "const w = await import('./workspace/workspace.ts');"],
    ['the type of the workspace elsewhere', 'app.ts', "import type { W } from './workspace/workspace.ts';"],
    ['a folder without a rule', 'utils/x.ts', "import { x } from '../store/store.ts';"],
    ['the environment', 'config.ts', 'const home = process.env.HOME;'],
    ['a query', 'jobs/x.ts', 'const rows = `SELECT * FROM incidents`;'],
    ['a write', 'collector/x.ts', 'const add = `INSERT INTO requests`;'],
    ['a package in the client', 'client/x.ts', "import { z } from 'zod';"],
    ['an edge in the client', 'client/x.ts', "import type { Delivery } from '../collector/delivery.ts';"],
    ['the client at an edge', 'jobs/x.ts', "import { readConnection } from '../client/connection.ts';"],
    ['an import for its effects', 'model/x.ts', "import '../store/store.ts';"],
  ])('catches %s', (_, file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  test.each<[right: string, file: string, text: string]>([
    [
      'a pure folder to the left',
      'incidents/x.ts',
      "import { a } from '../detectors/judge.ts';\nimport { z } from 'zod';",
    ],
    [
      'types at an edge',
      'slack/x.ts',
      "import type { Store } from '../store/store.ts';\nimport { type Clock } from '../clock.ts';",
    ],
    ['pure functions in the store', 'store/x.ts', "import { absorbReading } from '../windows/envelope.ts';"],
    ['types in a view', 'slack/views/x.ts', "import { type F, type G } from '../../windows/forecast.ts';"],
    ['the workspace when it is needed', 'slack-place.ts', "await import('./workspace/workspace.ts');"],
    [
      'Node and the vocabulary in the client',
      'client/x.ts',
      "import 'node:fs';\nimport { a } from '../model/time.ts';",
    ],
    ['everything where parts are joined', 'commands/x.ts', "import { openStore } from '../store/store.ts';"],
  ])('allows %s', (_, file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});
