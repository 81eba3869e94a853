import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limitFields } from '../../src/client/hook.ts';
import { messageFor } from '../../src/client/message-for.ts';
import { bytesOf } from '../../src/client/post.ts';
import { statusFields } from '../../src/client/status-fields.ts';
import { capturedBodies, HOOK_FILES, STATUS_LINE_FILES } from '../collector/captured.ts';
import { eventually } from '../support/running-app.ts';
import { aClient } from './a-client.ts';
import { aRecorder } from './a-recorder.ts';

/** Every path of a body that may leave the machine, and the form of what stands there. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  session_id: /^"[\w-]{1,100}"$/,
  version: /^"\d[\w.+-]{0,40}"$/,
  'model.id': /^"[\w.:@/[\]-]{1,100}"$/,
  'rate_limits.*.used_percentage': /^-?[\d.e+-]+$/,
  'rate_limits.*.resets_at': /^(-?[\d.e+-]+|"\d{4}-[\d:.TZ+-]+")$/,
  'prompt_cache.requests': /^-?[\d.e+-]+$/,
  'prompt_cache.misses': /^-?[\d.e+-]+$/,
  'prompt_cache.expected_rebuilds': /^-?[\d.e+-]+$/,
  'prompt_cache.miss_recache_tokens': /^-?[\d.e+-]+$/,
  'prompt_cache.last_miss_at': /^(-?[\d.e+-]+|"\d{4}-[\d:.TZ+-]+")$/,
  'prompt_cache.last_miss_cause.causes': /^\[("[a-z][a-z0-9_]*",?)*\]$/,
  'prompt_cache.ttl': /^"\w{1,10}"$/,
  'prompt_cache.expires_at': /^(-?[\d.e+-]+|"\d{4}-[\d:.TZ+-]+")$/,
  'prompt_cache.recache_tokens_if_cold': /^-?[\d.e+-]+$/,
  seconds_ago: /^\d+$/,
  hook_event_name: /^"StopFailure"$/,
  error: /^"rate_limit"$/,
  last_assistant_message: /^"(hit your [a-z]+ limit · resets [\w ,:]+ \([\w/+-]+\)|[a-z]+ limit reached\|\d{10})"$/,
};

const HEAD =
  /^POST \/v1\/(status-line|hooks) HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nauthorization: Bearer qw_secret\r\ncontent-type: application\/json\r\ncontent-length: \d+\r\nConnection: close$/;

/** What of a request, byte for byte, is not allowed. */
function excess(request: string): readonly string[] {
  const [head = '', body = ''] = Buffer.from(request, 'latin1').toString('utf8').split('\r\n\r\n');
  const value: unknown = JSON.parse(body);
  // Whatever JSON might hide, such as a member twice, shows here.
  const hidden = JSON.stringify(value) === body ? [] : ['a body that is more than its value'];
  return [...(HEAD.test(head) ? [] : [head]), ...hidden, ...excessIn('', value)];
}

function excessIn(path: string, value: unknown): readonly string[] {
  const rule = ALLOWED[path.replace(/^rate_limits\.[a-z][a-z0-9_]{0,63}\./, 'rate_limits.*.')];
  if (rule) return rule.test(JSON.stringify(value)) ? [] : [`${path} = ${JSON.stringify(value)}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, member]) => excessIn(path === '' ? key : `${path}.${key}`, member));
}

describe('of all that the real client tells, only the allow-list leaves the machine', () => {
  let client: ReturnType<typeof aClient>;
  let recorder: Awaited<ReturnType<typeof aRecorder>>;
  beforeEach(async () => {
    client = aClient();
    recorder = await aRecorder();
    client.connected(recorder.url);
  });
  afterEach(async () => {
    await client.idle();
    await recorder.stop();
    client.remove();
  });

  test.each(['status-line', 'status-news'])('status lines, by %s', async (subcommand) => {
    const bodies = STATUS_LINE_FILES.flatMap(capturedBodies).slice(0, 8);
    for (const body of bodies) await client.run([subcommand], body);
    await client.run(['send']);
    await client.idle();
    expect(client.spooled()).toBe('');
    expect(recorder.requests.length).toBeGreaterThan(4);
    expect(recorder.requests.flatMap(excess)).toEqual([]);
    // So that the test could fail: what Claude Code tells does hold more.
    expect(excessIn('', bodies.at(-1))).toContain('cwd');
  });

  test('hooks', async () => {
    const bodies = HOOK_FILES.flatMap(capturedBodies);
    const limits = bodies.filter((body) => JSON.stringify(body).includes('"StopFailure"'));
    expect(bodies.length).toBeGreaterThan(limits.length);
    const others = bodies.filter((body) => !limits.includes(body)).slice(0, 3);
    for (const body of [...limits, ...others]) await client.run(['hook'], body);
    await eventually(() => expect(recorder.requests).toHaveLength(limits.length));
    expect(recorder.requests.flatMap(excess)).toEqual([]);
  });

  test('what “send --dry-run” prints is what is sent, byte for byte', async () => {
    const [status] = capturedBodies('oauth/statusline-after-2-requests.json');
    const { out } = await client.run(['send', '--dry-run'], status);
    expect(recorder.requests).toEqual([]);
    await client.run(['status-line'], status);
    await eventually(() => expect(recorder.requests).toHaveLength(1));
    expect(out).toBe(`${recorder.requests[0]}\n\n`);
  });
});

/** A secret wherever a text may stand, in the form of a path, of a sentence, or of a word. */
const secret = fc.constantFrom('/home/ada/secret', 'the secret plan', 'SECRET-1', 'secret\nsecret', '"secret"');
const anything = fc.anything({ values: [secret, fc.integer(), fc.double(), fc.constant(null)], key: secret });
const NAMES = [
  'session_id',
  'version',
  'model',
  'id',
  'rate_limits',
  'five_hour',
  'used_percentage',
  'resets_at',
  'prompt_cache',
  'requests',
  'misses',
  'last_miss_at',
  'last_miss_cause',
  'causes',
  'ttl',
  'expires_at',
  'cwd',
  'transcript_path',
];
const { status } = fc.letrec<{ status: object; inner: unknown }>((tie) => {
  const members = fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), secret), tie('inner'), { maxKeys: 8 });
  return { status: members, inner: fc.oneof({ depthSize: 'small' }, anything, members) };
});

test('no secret leaves the machine, whatever Claude Code’s status line holds under whichever name', async () => {
  await fc.assert(
    fc.asyncProperty(status, fc.nat(), async (input, age) => {
      const fields = statusFields(JSON.parse(JSON.stringify({ ...input, session_id: 'a-1' })));
      const message = fields && messageFor({ at: 0, path: '/v1/status-line', fields }, age);
      if (!message) return;
      const bytes = await bytesOf({ url: 'http://127.0.0.1:4318', token: 'qw_secret' }, message);
      expect(excess(bytes.toString('latin1'))).toEqual([]);
    }),
  );
});

test('of the text of a limit, only the limit and its time leave the machine', async () => {
  const failure = { hook_event_name: 'StopFailure', error: 'rate_limit', session_id: 'a-1' };
  const limit = fc.constantFrom(
    "You've hit your session limit · resets 3:45pm",
    'Claude AI usage limit reached|1795426260',
    "You've hit your weekly Opus secret limit · resets Nov 24, 1pm (UTC)",
  );
  await fc.assert(
    fc.property(fc.array(fc.oneof(secret, fc.string(), limit), { maxLength: 5 }), (words) => {
      const fields = limitFields({ ...failure, cwd: '/secret', last_assistant_message: words.join(' ') });
      expect(JSON.stringify(fields ?? '')).not.toMatch(/secret/i);
      if (fields) expect(excessIn('', fields)).toEqual([]);
    }),
  );
});
