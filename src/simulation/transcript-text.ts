import { DateTime } from 'luxon';
import type { EpochMs } from '../model/time.ts';
import type { Random } from './random.ts';

/** What every line of a session repeats. */
interface Common {
  readonly session: string;
  readonly isModern: boolean;
  readonly version: string;
  readonly at: EpochMs;
  readonly agent?: string | undefined;
}

export interface Answer extends Common {
  readonly messageId: string;
  readonly requestId: string | undefined;
  /** A side question that replays it. */
  readonly isSide: boolean;
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly written: number;
}

interface OfPrompt extends Common {
  readonly promptId: string;
}

export type TranscriptText = ReturnType<typeof createTranscriptText>;

/** What must never leave the machine; all of it is in the texts many times. */
export const SECRETS = [
  'sk-ant-api03-hush',
  'AKIAHUSHHUSHHUSH',
  'hunter2',
  '/home/dev/hush',
  'hush-branch',
  'ada@hush.example',
] as const;

const MODELS = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-4-5-20251001'] as const;

/** Characters. A tool's result is kept twice; its median is a guess, as is the rest. */
const SIZES = {
  typed: [
    [0, 10],
    [0.5, 160],
    [0.9, 1_500],
    [1, 20_000],
  ],
  said: [
    [0, 20],
    [0.5, 320],
    [0.9, 1_800],
    [1, 8_000],
  ],
  result: [
    [0, 40],
    [0.5, 1_700],
    [0.9, 9_000],
    [0.99, 40_000],
    [1, 120_000],
  ],
} as const;

/** Words the lines of made-up transcripts, each with its line break. */
export function createTranscriptText(random: Random) {
  const snippets = Array.from({ length: 400 }, () => snippet(random));
  const anySnippet = () => snippets[random.whole(0, snippets.length - 1)] ?? '';

  return {
    typed(line: OfPrompt): string {
      const message = `{"role":"user","content":"${prose('typed')}"}`;
      return userLine(line, `"message":${message}`, '"permissionMode":"default","promptSource":"typed"');
    },

    toolResult(line: OfPrompt): string {
      const result = prose('result');
      const tool = `toolu_01${hex(random, 22)}`;
      const message = `{"role":"user","content":[{"tool_use_id":"${tool}","type":"tool_result","content":"${result}"}]}`;
      const decoy = `"usage":{"input_tokens":${random.whole(1, 90_000)},"cache_read_input_tokens":7,"output_tokens":99}`;
      const kept = random.chance(0.02) ? `"agentId":"a1","totalTokens":5,${decoy}` : '"interrupted":false';
      return userLine(line, `"message":${message}`, `"toolUseResult":{"stdout":"${result}","stderr":"",${kept}}`);
    },

    /** One line for each block. */
    answer(answer: Answer): string {
      const model = random.pick(MODELS);
      const blocks = random.whole(1, 3);
      const isStreamed = random.chance(0.5);
      let lines = '';
      for (let nth = 1; nth <= blocks; nth++) {
        const output = isStreamed && nth < blocks ? 1 : answer.output;
        lines += answerLine(answer, { model, output, block: nth === blocks ? toolUse() : thought() });
      }
      return lines;
    },

    compaction({ session, version, at }: Common): string {
      const tail = `"uuid":"${uuid(random)}","level":"info","compactMetadata":{"trigger":"auto","preTokens":155025}`;
      return (
        `{"parentUuid":null,"logicalParentUuid":"${uuid(random)}","isSidechain":false,"userType":"external",` +
        `"cwd":"/home/dev/hush","sessionId":"${session}","version":"${version}","gitBranch":"hush-branch","type":"system",` +
        `"subtype":"compact_boundary","content":"Conversation compacted","isMeta":false,"timestamp":"${iso(at)}",${tail}}\n`
      );
    },
  };

  function userLine(line: OfPrompt, message: string, more: string): string {
    const head = `{"parentUuid":"${uuid(random)}","isSidechain":${line.agent !== undefined},`;
    const agent = line.agent === undefined ? '' : `"agentId":"${line.agent}",`;
    if (!line.isModern)
      return `${head}${place(line)},${agent}"type":"user",${message},"uuid":"${uuid(random)}","timestamp":"${iso(line.at)}",${more}}\n`;
    return (
      `${head}"promptId":"${line.promptId}",${agent}"type":"user",${message},"uuid":"${uuid(random)}",` +
      `"timestamp":"${iso(line.at)}",${more},${place(line)}}\n`
    );
  }

  function answerLine(
    answer: Answer,
    { model, output, block }: { model: string; output: number; block: string },
  ): string {
    const { requestId, isSide, agent, at } = answer;
    const head = `{"parentUuid":"${uuid(random)}","isSidechain":${isSide || agent !== undefined},`;
    const by = agent === undefined ? '' : `"agentId":"${agent}",`;
    const request = requestId === undefined ? '' : `"requestId":"${requestId}",`;
    const told = `"uuid":"${uuid(random)}","timestamp":"${iso(at)}"`;
    const common = `"stop_reason":"tool_use","stop_sequence":null,"usage":${usage(answer, output)}`;
    if (!answer.isModern) {
      const message = `{"id":"${answer.messageId}","type":"message","role":"assistant","model":"${model}","content":[${block}],${common}}`;
      return `${head}${place(answer)},${by}"type":"assistant","message":${message},${request}${told}}\n`;
    }
    const message = `{"model":"${model}","id":"${answer.messageId}","type":"message","role":"assistant","content":[${block}],${common},"diagnostics":null}`;
    return `${head}${by}"message":${message},"apiBlockIndex":0,${request}"type":"assistant",${told},"effort":"high",${place(answer)}}\n`;
  }

  function thought(): string {
    if (random.chance(0.4)) return `{"type":"text","text":"${prose('said')}"}`;
    return `{"type":"thinking","thinking":"${prose('said')}","signature":"${hex(random, 400)}"}`;
  }

  function toolUse(): string {
    const tool = `"type":"tool_use","id":"toolu_01${hex(random, 22)}"`;
    if (random.chance(0.02))
      return `{${tool},"name":"mcp__store__put","input":{"usage":{"input_tokens":1,"output_tokens":2},"type":"user","id":"x"}}`;
    return `{${tool},"name":"Write","input":{"file_path":"/home/dev/hush/a.ts","content":"${prose('said')}"}}`;
  }

  function prose(kind: keyof typeof SIZES): string {
    const size = random.draw(SIZES[kind]);
    let words = '';
    while (words.length < size) words += anySnippet();
    return random.chance(0.001) ? `${words}\\ud83d` : words;
  }
}

function usage({ input, read, written, isModern }: Answer, output: number): string {
  const cache = `"cache_creation_input_tokens":${written},"cache_read_input_tokens":${read}`;
  const split = `"cache_creation":{"ephemeral_5m_input_tokens":${isModern ? 0 : written},"ephemeral_1h_input_tokens":${isModern ? written : 0}}`;
  if (!isModern)
    return `{"input_tokens":${input},${cache},${split},"output_tokens":${output},"service_tier":"standard"}`;
  return (
    `{"input_tokens":${input},${cache},"output_tokens":${output},"server_tool_use":{"web_search_requests":0},` +
    `"service_tier":"standard",${split},"inference_geo":"","iterations":[{"input_tokens":${input},"output_tokens":${output},` +
    `"type":"message"}],"speed":"standard"}`
  );
}

function place({ session, version }: Common): string {
  return `"userType":"external","entrypoint":"cli","cwd":"/home/dev/hush","sessionId":"${session}","version":"${version}","gitBranch":"hush-branch"`;
}

function iso(at: EpochMs): string {
  return DateTime.fromMillis(at, { zone: 'utc' }).toISO() ?? '';
}

const WORDS = [
  'const',
  'return',
  'the',
  'of',
  'a',
  'tests',
  'cache',
  'when',
  'it',
  '=>',
  '{',
  '}',
  '(',
  ');',
  'window',
  'naïve',
  '日本',
  '🙂',
] as const;
const ODD = ['\n', '\n  ', '"', '\t', '\\', '\u001b[31m', '`', '/'] as const;

/** A few words as JSON writes them between quotes. */
function snippet(random: Random): string {
  let words = '';
  while (words.length < 60) words += random.chance(0.15) ? random.pick(ODD) : `${random.pick(WORDS)} `;
  if (random.chance(0.1)) words += random.pick(SECRETS);
  return JSON.stringify(words).slice(1, -1);
}

export function hex(random: Random, length: number): string {
  let digits = '';
  while (digits.length < length) digits += random.whole(0x10000000, 0xffffffff).toString(16);
  return digits.slice(0, length);
}

export function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => hex(random, length)).join('-');
}
