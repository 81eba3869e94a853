import { type EpochMs, plus, SECOND_MS } from '../model/time.ts';
import { MEASURED } from './measured.ts';
import { createRandom, type Random } from './random.ts';
import { createTranscriptText, hex, type TranscriptText, uuid } from './transcript-text.ts';

/** A file as the client keeps it below its `projects` folder. */
export interface TranscriptFile {
  readonly path: string;
  readonly text: string;
}

export interface TranscriptPlan {
  readonly seed: number;
  /** About how much text all files hold together, in bytes. */
  readonly bytes: number;
  /** When the oldest session began. */
  readonly from: EpochMs;
  /** How long after the beginning of one session the next begins. */
  readonly everyMs: number;
}

/** Sizes of one session's file: two thirds of them are above five megabytes, so that a gigabyte has about 200. */
const SESSION_BYTES = { from: 1_000_000, to: 9_000_000 };

/**
 * Made-up transcripts in the shapes of real ones: a line for each block of an answer with the usage of the whole, half of them
 * with a placeholder until the last; both orders of keys; sub-agents; side questions that replay an answer under another request
 * id; sessions that begin with a copy of another; lone surrogates; usage of tools that is no usage of the model; lines without
 * a request id, and texts full of what must stay on the machine.
 */
export function* transcripts({ seed, bytes, from, everyMs }: TranscriptPlan): Generator<TranscriptFile> {
  const random = createRandom(seed);
  const text = createTranscriptText(random);
  let left = bytes;
  let startedAt = from;
  let copied = '';
  for (let nth = 0; left > 0; nth++) {
    const session = createSession({ random, text, nth, startedAt });
    const size = Math.min(left, random.whole(SESSION_BYTES.from, SESSION_BYTES.to));
    const files = session.files(size, copied);
    for (const file of files) {
      left -= file.text.length;
      yield file;
    }
    const [main] = files;
    copied = main && random.chance(0.2) ? main.text.slice(0, main.text.indexOf('\n', main.text.length / 3) + 1) : '';
    startedAt = plus(startedAt, everyMs);
  }
}

interface Scene {
  readonly random: Random;
  readonly text: TranscriptText;
  readonly nth: number;
  readonly startedAt: EpochMs;
}

function createSession({ random, text, nth, startedAt }: Scene) {
  const session = uuid(random);
  const isModern = nth % 3 !== 1;
  const folder = `-home-dev-project-${nth % 7}`;
  const common = {
    session,
    isModern,
    version: isModern ? '2.1.330' : '2.1.34',
    hasRequestIds: isModern || nth % 2 === 0,
  };
  let now = startedAt;

  return {
    /** The conversation first, then its sub-agents. */
    files(size: number, copied: string): readonly TranscriptFile[] {
      let main = copied;
      const agents: TranscriptFile[] = [];
      while (main.length < size) {
        main += prompt(undefined);
        if (random.chance(0.04)) agents.push(agentFile());
        if (random.chance(0.02)) main += text.compaction({ ...common, at: now });
      }
      return [{ path: `${folder}/${session}.jsonl`, text: main }, ...agents];
    },
  };

  function agentFile(): TranscriptFile {
    const agent = hex(random, 17);
    return { path: `${folder}/${session}/subagents/agent-${agent}.jsonl`, text: prompt(agent) };
  }

  /** What the person typed, and all that it caused. */
  function prompt(agent: string | undefined): string {
    const promptId = uuid(random);
    const requests = random.draw(MEASURED.requestsOfPrompt);
    let lines = text.typed({ ...common, agent, promptId, at: tick() });
    for (let request = 0; request < requests; request++) {
      const answer = { ...common, agent, at: tick(), ...tokens(), ...ids() };
      lines += text.answer(answer);
      if (random.chance(0.01))
        lines += text.answer({ ...answer, requestId: `req_011${hex(random, 20)}`, isSide: true });
      lines += text.toolResult({ ...common, agent, promptId, at: tick() });
    }
    return lines;
  }

  function tick(): EpochMs {
    now = plus(now, random.whole(SECOND_MS / 2, 20 * SECOND_MS));
    return now;
  }

  function ids() {
    const requestId = common.hasRequestIds || random.chance(0.6) ? `req_011${hex(random, 20)}` : undefined;
    return { messageId: `msg_01${hex(random, 22)}`, requestId, isSide: false };
  }

  function tokens() {
    return {
      input: random.draw(MEASURED.input),
      output: random.draw(MEASURED.output),
      read: random.whole(8_000, 180_000),
      written: random.draw(MEASURED.written),
    };
  }
}
