import fc from 'fast-check';

/** What may stand between the parts of a JSON text. */
export const space = fc.constantFrom('', ' ', '\n', '\r\n  ', '\t', '\n\n    ');

/** Numbers and strings written in odd ways. */
const scalar = fc.oneof(
  fc.constantFrom('1.0', '-0', '1e400', '12345678901234567890', 'true', 'null', '"\\ud800"', '"\\"}"', '"a\\\\"', '""'),
  fc.string().map((value) => JSON.stringify(value)),
);

/** Keys that connecting touches, keys that mean something to JavaScript, and any. */
const key = fc.oneof(
  fc.constantFrom(
    'env',
    'hooks',
    'StopFailure',
    'statusLine',
    '__proto__',
    'toString',
    'OTEL_LOG_USER_PROMPTS',
    'type',
  ),
  fc.string(),
);

const { value, object } = fc.letrec<{ value: string; object: string }>((tie) => {
  const inside = (open: string, close: string, child: fc.Arbitrary<string>) =>
    fc
      .tuple(space, fc.array(child, { maxLength: 4 }))
      .map(([gap, all]) => open + gap + all.join(`,${gap}`) + gap + close);
  const member = fc
    .tuple(key, space, tie('value'))
    .map(([name, gap, source]) => `${JSON.stringify(name)}${gap}:${gap}${source}`);
  const nested = fc.oneof(tie('object'), inside('[', ']', tie('value')));
  return {
    value: fc.oneof({ depthSize: 'small' }, scalar, nested),
    object: inside('{', '}', member),
  };
});

/** Source text of any JSON value, in every layout. */
export const anyJson = value;

/** The same for objects alone. */
export const anyObject = object;

const text = fc.string().map((words) => JSON.stringify(words));

/** Settings as people have them, laid out in every way: what connecting touches is there, and is what it should be. */
export const likelySettings = fc
  .record({ gap: space, env: text, command: text, hook: value, other: value })
  .chain(({ gap, env, command, hook, other }) => {
    const members = [
      `"env":${gap}{${gap}"PATH":${env},${gap}"OTEL_LOG_USER_PROMPTS"${gap}:"1"${gap}}`,
      `"statusLine"${gap}:{"type":"command",${gap}"command":${command}${gap}}`,
      `"hooks":{${gap}"StopFailure":${gap}[${gap}${hook}]}`,
      `"model":${other}`,
    ];
    return fc.shuffledSubarray(members).map((some) => `{${gap}${some.join(`${gap},${gap}`)}${gap}}`);
  });
