import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedBodies } from '../collector/captured.ts';
import { type AppUnderTest, clockFrom, eventually, runApp } from '../support/running-app.ts';

const ROOT = join(import.meta.dirname, '../..');
const [STATUS] = capturedBodies('oauth/statusline-after-2-requests.json') as readonly { session_id: string }[];
/** The limit of the same window. */
const LIMIT = {
  hook_event_name: 'StopFailure',
  error: 'rate_limit',
  session_id: STATUS?.session_id,
  last_assistant_message: "You've hit your 5-hour limit · resets 9:31am (UTC)",
};
const run = promisify(execFile);

let folder: string;
let claude: string;
let settings: string;
let app: AppUnderTest;
let env: Record<string, string | undefined>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quota-watch-'));
  claude = join(folder, 'claude folder');
  settings = join(claude, 'settings.json');
  mkdirSync(claude);
  await run(process.execPath, [join(ROOT, 'src/commands/pack-client.ts')]);
  app = await runApp({ folder, clock: clockFrom('2026-11-23T07:31:10Z') });
  // The Node that the machine's shell finds, and nothing that npm knows of this run.
  const path = process.env.PATH?.split(':')
    .filter((one) => !one.includes('node_modules'))
    .join(':');
  env = { PATH: path, HOME: folder, CLAUDE_CONFIG_DIR: claude, npm_config_cache: join(folder, 'cache') };
});

afterEach(async () => {
  await app.stop();
  rmSync(folder, { recursive: true, maxRetries: 5 });
});

/** The texts of the answer that are to be copied as they are. */
async function toCopy(command: string): Promise<readonly string[]> {
  const { blocks } = await app.command('ada', command);
  return blocks.filter(({ type }) => type === 'rich_text').map((block) => block.elements[0].elements[0].text);
}

/** Runs a command of the settings as Claude Code does. */
async function shell(command: string, input: unknown): Promise<string> {
  const child = spawn(command, { shell: true, env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(input));
  const [out] = await Promise.all([text(child.stdout), once(child, 'close')]);
  expect(child.exitCode).toBe(0);
  return out;
}

// The test reads what the program wrote by its own shape.
const written = () => JSON.parse(readFileSync(settings, 'utf8'));
const quota = async () => JSON.stringify(await app.command('ada', '/quota'));

describe('what /quota connect tells to do', () => {
  test('with Node: npx connects with the program that the collector hands out, and disconnects byte for byte', async () => {
    const before = '{ "statusLine": {"type":"command","command":"printf mine"},\r\n\t"theme" : "dark"}';
    writeFileSync(settings, before);
    const [npx = ''] = await toCopy('/quota connect');
    const { stdout } = await run('sh', ['-c', `${npx} --yes`], { env });
    expect(stdout).toContain('The collector accepts the token.');
    expect(stdout).not.toContain(written().env.OTEL_EXPORTER_OTLP_HEADERS.split(' ')[1]);

    expect(await shell(written().statusLine.command, STATUS)).toBe('mine');
    await eventually(async () => expect(await quota()).toContain('42'));
    await shell(written().hooks.StopFailure[0].hooks[0].command, LIMIT);
    await eventually(async () => expect(await quota()).toContain('used up'));

    await eventually(() => expect(existsSync(join(claude, 'quota-watch/sender.lock'))).toBe(false));
    // The copy that the settings name stays when what npx fetched is gone.
    rmSync(join(folder, 'cache'), { recursive: true });
    await run('node', [join(claude, 'quota-watch/program/main.js'), 'disconnect'], { env });
    expect(readFileSync(settings, 'utf8')).toBe(before);
    expect(existsSync(join(claude, 'quota-watch'))).toBe(false);
    // npx is slow on a busy machine.
  }, 120_000);

  test('without Node: a shell and curl alone send what the block says, and draw the line', async () => {
    const [, block = ''] = await toCopy('/quota connect');
    writeFileSync(settings, block);
    // Nothing but curl is there to be found.
    const { stdout: curl } = await run('sh', ['-c', 'command -v curl']);
    env.PATH = dirname(curl.trim());
    const line = await shell(written().statusLine.command, STATUS);
    expect(line).toMatch(/^5h 58% left, resets \d\d:\d\d · week 69% left/);
    expect(line).not.toContain('\n');
    await app.stop();
    expect(await shell(written().statusLine.command, STATUS)).toBe('');
    await app.restartApp();
  });
});
