import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { aCollector } from '../collector/a-collector.ts';
import { healthcheck, imageEnvironment, imageSays, settings, stages, textOf, unit, yamlOf } from './read.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Read by SQLite and by Node themselves. */
const OF_OTHERS = ['SQLITE_TMPDIR', 'NODE_COMPILE_CACHE'];
const DEFAULTS = readConfig({});
const PACKAGE = JSON.parse(textOf('package.json'));

/** A signal ends the program within this time, or it ends itself. */
function stopWithinS(): number {
  const [, ms = ''] = /STOP_WITHIN_MS = ([\d_]+);/.exec(textOf('src/serve.ts')) ?? [];
  return Number(ms.replaceAll('_', '')) / 1000;
}

/** Paths of ours that a text names, as `/readyz`, without what a place before it names. */
const routesIn = (text: string) =>
  [...text.matchAll(/['"\s`](\/(?:readyz|healthz|metrics|v1\/[\w-]+))\b/g)].map(([, path]) => path);

async function isRoute(path: string): Promise<boolean> {
  const metrics = { contentType: 'text/plain', text: async () => '' };
  const { app } = aCollector({ metrics });
  const answers = await Promise.all([app.inject(path), app.inject({ method: 'POST', url: path })]);
  return answers.some(({ statusCode }) => statusCode !== 404);
}

test('what these tests read of the sources is there', () => {
  expect(settings()).toEqual(expect.arrayContaining(['HOST', 'PORT', 'DATABASE_PATH', 'SLACK_BOT_TOKEN', 'LOG_LEVEL']));
  expect(stopWithinS()).toBeGreaterThan(0);
  expect(stages()).toHaveLength(3);
});

describe('the image', () => {
  test('is built on the Node of package.json, in every stage', () => {
    const node = `node:${PACKAGE.devDependencies.node}-bookworm-slim`;
    expect(stages().map(([from]) => from?.rest)).toEqual([`${node} AS packages`, `${node} AS client`, node]);
  });

  test('holds no development packages, and runs no install script', () => {
    const [packages = []] = stages();
    expect(packages.map(({ rest }) => rest)).toContain('npm ci --omit=dev --ignore-scripts --no-audit --no-fund');
  });

  test('runs as somebody who is not root, by number', () => {
    expect(imageSays('USER')).toEqual(['1000:1000']);
    const instructions = (stages().at(-1) ?? []).map(({ name }) => name);
    expect(instructions.indexOf('USER')).toBeGreaterThan(instructions.lastIndexOf('RUN'));
  });

  test('keeps its data in a volume that only this user can enter', () => {
    expect(imageSays('VOLUME')).toEqual(['/data']);
    expect(imageSays('RUN').map((rest) => JSON.parse(rest))).toEqual([
      ['install', '-d', '-o', '1000', '-g', '1000', '-m', '0700', '/data'],
    ]);
    expect(imageEnvironment().DATABASE_PATH).toMatch(/^\/data\//);
    expect(imageEnvironment()).toMatchObject({ SQLITE_TMPDIR: '/data', NODE_COMPILE_CACHE: '/data/compile-cache' });
  });

  test('listens where the program does by default, and says so', () => {
    expect(imageEnvironment().PORT).toBe(String(DEFAULTS.port));
    expect(imageSays('EXPOSE')).toEqual([String(DEFAULTS.port)]);
  });

  test('sets nothing that the program does not read', () => {
    const unknown = Object.keys(imageEnvironment()).filter((name) => ![...settings(), ...OF_OTHERS].includes(name));
    expect(unknown).toEqual([]);
  });

  test('starts what npm start starts, without npm and shell: signals reach it', () => {
    const [command = ''] = imageSays('CMD');
    expect(JSON.parse(command).join(' ')).toBe(PACKAGE.scripts.start);
    expect(existsSync(join(ROOT, JSON.parse(command).at(-1)))).toBe(true);
  });

  test('tells whether it is well by a route that there is, without a shell', async () => {
    const [program, ...args] = healthcheck();
    expect([program, args[0], args.length]).toEqual(['node', '-e', 2]);
    const routes = routesIn(args.join(' '));
    expect(routes).toEqual(['/readyz']);
    for (const route of routes) expect(await isRoute(route ?? '')).toBe(true);
  });

  test('gets no file that it does not copy', () => {
    const kept = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const copied = stages()
      .flat()
      .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    expect(kept.map((line) => line.slice(1)).toSorted()).toEqual([...new Set(copied)].toSorted());
    for (const file of copied) expect(existsSync(join(ROOT, file))).toBe(true);
  });
});

describe('the compose file', () => {
  const { services, volumes } = yamlOf('compose.yaml');
  const service = services['quota-watch'];
  const environment = Object.fromEntries(service.environment.map((pair: string) => pair.split('=', 2)));

  test('takes every right away that the program does not need', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.privileged).toBeUndefined();
  });

  test('keeps the data in a named volume where the image expects it', () => {
    const [volume] = service.volumes;
    expect(volume).toBe('quota-watch-data:/data');
    expect(Object.keys(volumes)).toEqual(['quota-watch-data']);
    expect(environment.DATABASE_PATH).toBe(imageEnvironment().DATABASE_PATH);
  });

  test('publishes the port for this machine alone', () => {
    expect(service.ports).toEqual([`127.0.0.1:${DEFAULTS.port}:${DEFAULTS.port}`]);
    expect(environment).toMatchObject({ HOST: '0.0.0.0', PORT: String(DEFAULTS.port) });
  });

  test('asks whether it is well as the image does', () => {
    expect(service.healthcheck.test).toEqual(['CMD', ...healthcheck()]);
    const [image = ''] = imageSays('HEALTHCHECK');
    for (const [option, name] of [
      ['interval', 'interval'],
      ['timeout', 'timeout'],
      ['start-period', 'start_period'],
      ['retries', 'retries'],
    ] as const) {
      expect(image).toContain(`--${option}=${service.healthcheck[name]}`);
    }
  });

  test('leaves it time to stop, and hands it the signal', () => {
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(stopWithinS());
    expect(service.init).toBe(true);
  });

  test('sets nothing that the program does not read', () => {
    expect(Object.keys(environment).filter((name) => !settings().includes(name))).toEqual([]);
  });

  test('with Slack’s settings from .env is a configuration that starts, and without them one that says why not', () => {
    const slack = {
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_APP_TOKEN: 'xapp-1',
      ALERT_CHANNEL: 'C0123456789',
      PUBLIC_URL: 'https://quota.example.com',
    };
    expect(readConfig({ ...environment, ...slack })).toMatchObject({ host: '0.0.0.0', port: DEFAULTS.port });
    expect(() => readConfig(environment)).toThrow('HOST=0.0.0.0 needs Slack');
  });
});

describe('the systemd unit', () => {
  const directives = unit('docs/deploy/quota-watch.service');
  const one = (name: string) => {
    expect(directives.get(name)).toHaveLength(1);
    return directives.get(name)?.[0] ?? '';
  };
  const environment = (directives.get('Environment') ?? []).map((pair) => pair.split('=', 2));

  test('starts what npm start starts, and not as root', () => {
    expect(one('ExecStart')).toBe(`/usr/bin/${PACKAGE.scripts.start}`);
    expect(one('User')).toBe('quota-watch');
  });

  test('sets nothing that the program does not read', () => {
    expect(
      environment.map(([name = '']) => name).filter((name) => ![...settings(), ...OF_OTHERS].includes(name)),
    ).toEqual([]);
  });

  test('keeps the data in its state directory, for itself alone', () => {
    const path = `/var/lib/${one('StateDirectory')}`;
    expect(Object.fromEntries(environment)).toEqual({
      DATABASE_PATH: `${path}/quota-watch.db`,
      SQLITE_TMPDIR: path,
      NODE_COMPILE_CACHE: `${path}/compile-cache`,
    });
    expect([one('StateDirectoryMode'), one('UMask')]).toEqual(['0700', '0077']);
  });

  test.each([
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    ['PrivateTmp', 'yes'],
    ['PrivateDevices', 'yes'],
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['RestrictNamespaces', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['ProtectKernelTunables', 'yes'],
    ['SystemCallArchitectures', 'native'],
  ])('is hardened: %s=%s', (name, value) => {
    expect(one(name)).toBe(value);
  });

  test('does not forbid what V8 does', () => {
    expect(directives.has('MemoryDenyWriteExecute')).toBe(false);
  });

  test('leaves it time to stop by itself', () => {
    expect([one('KillSignal'), one('KillMode')]).toEqual(['SIGTERM', 'mixed']);
    expect(Number(one('TimeoutStopSec'))).toBeGreaterThan(stopWithinS());
  });

  test('goes on trying while the disk is full', () => {
    expect([one('Restart'), one('StartLimitIntervalSec')]).toEqual(['on-failure', '0']);
  });
});

test('Litestream copies the database that the unit writes', () => {
  const { dbs } = yamlOf('docs/deploy/litestream.yml');
  const [path = ''] = (unit('docs/deploy/quota-watch.service').get('Environment') ?? []).filter((pair) =>
    pair.startsWith('DATABASE_PATH='),
  );
  expect(dbs.map(({ path: one }: { path: string }) => one)).toEqual([path.replace('DATABASE_PATH=', '')]);
  expect(textOf('docs/deploy/litestream.yml')).toContain(imageEnvironment().DATABASE_PATH);
});
