import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { healthcheck, imageSays, stages } from '../deploy/read.ts';
import { eventually, freePort } from '../support/running-app.ts';
import { type ServedWorkspace, serveWorkspace } from '../support/workspace-server.ts';

/**
 * What the Dockerfile builds, without Docker: the files that it copies, beside the packages that are not only for
 * development. Whether a registry gives the base image, and what is in it, only a real build can tell.
 */
const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let app: string;
let slack: ServedWorkspace;
let server: ChildProcess | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  app = join(folder, 'app');
  mkdirSync(app);
  for (const { name, rest } of stages().at(-1) ?? []) {
    if (name !== 'COPY' || rest.startsWith('--from')) continue;
    const [from = '', to = ''] = rest.split(' ');
    cpSync(join(ROOT, from), join(app, to === './' ? from : to), { recursive: true });
  }
  linkPackages();
  slack = await serveWorkspace();
  server = undefined;
});

afterEach(async () => {
  if (server?.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  await slack.stop();
  rmSync(folder, { recursive: true });
});

/** As `npm ci --omit=dev`, from what is installed here. */
function linkPackages() {
  const lock: { packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  );
  const paths = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
    .map(([path]) => path);
  // What is nested in a package comes along with it.
  for (const path of paths.filter((one) => one.lastIndexOf('node_modules/') === 0)) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(app, path));
  }
}

/** Node goes by where a file is named, not by where a link leads: otherwise it would find all packages. */
const asLinked = ['--preserve-symlinks', '--preserve-symlinks-main'];

function start(env: Readonly<Record<string, string>>) {
  const [, ...args]: string[] = JSON.parse(imageSays('CMD')[0] ?? '[]');
  return spawn(process.execPath, [...asLinked, ...args], {
    cwd: app,
    env: { PATH: process.env.PATH, DATABASE_PATH: join(folder, 'data', 'quota-watch.db'), LOG_LEVEL: 'warn', ...env },
  });
}

/** The exit code of the image's own check. */
async function isWell(port: number): Promise<number | null> {
  const [, ...args] = healthcheck();
  const check = spawn(process.execPath, args, { env: { PORT: String(port) }, stdio: 'inherit' });
  await once(check, 'exit');
  return check.exitCode;
}

test('what the image holds is enough to run with Slack, and tells whether it is well', async () => {
  const port = await freePort();
  expect(await isWell(port)).toBe(1);
  server = start({
    PORT: String(port),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.slackApiUrl,
    ALERT_CHANNEL: slack.channel,
  });
  const errors = server.stderr && text(server.stderr);
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200), 20_000);
  expect(await isWell(port)).toBe(0);
  server.kill('SIGTERM');
  await once(server, 'exit');
  expect(server.exitCode).toBe(0);
  expect(await errors).toBe('');
  expect(await isWell(port)).toBe(1);
});

test('without Slack’s tokens it says which to set: the local workspace is not in it', async () => {
  server = start({ PORT: String(await freePort()) });
  const errors = server.stderr && text(server.stderr);
  await once(server, 'exit');
  expect(server.exitCode).toBe(1);
  expect(await errors).toContain('set SLACK_BOT_TOKEN, SLACK_APP_TOKEN and ALERT_CHANNEL');
});
