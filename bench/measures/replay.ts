import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EvalReport } from '../../src/evaluation/report.ts';
import type { Measure } from '../bench.ts';
import { middle, result } from '../figures.ts';

const COMMANDS = join(import.meta.dirname, '../../src/commands');
/** Some 120,000 requests: what it takes to compile the program is a tenth of that. */
const SESSIONS = 1500;
const MOST_BYTES_OF_REPORT = 64 * 1024 * 1024;

/** How fast `npm run eval` replays what the generator makes up, through the real path, in a process of its own. */
export const replay: Measure = async (setting) => {
  setting.tell(`replay: ${SESSIONS} sessions`);
  const sessions = setting.file('sessions.jsonl');
  const file = openSync(sessions, 'w');
  execFileSync(process.execPath, [join(COMMANDS, 'simulate.ts'), '--sessions', `${SESSIONS}`], {
    stdio: ['ignore', file, 'inherit'],
  });
  closeSync(file);
  const speeds = Array.from({ length: setting.rounds }, () => replayed(sessions));
  rmSync(sessions);
  return {
    results: [
      result(
        { goal: 'replay', unit: 'requests/s', rounds: speeds.map((speed) => speed.requestsPerSecond) },
        { atLeast: 20_000 },
      ),
    ],
    figures: [
      { what: 'requests replayed', value: middle(speeds.map(({ requests }) => requests)), unit: 'requests' },
      {
        what: 'replay for each second of a processor',
        value: middle(speeds.map((speed) => speed.requestsPerProcessorSecond)),
        unit: 'requests/s',
      },
      {
        what: 'a replay against JSON.parse of the same lines',
        value: middle(speeds.flatMap(({ timesJsonParse }) => timesJsonParse ?? [])),
        unit: 'times',
      },
    ],
  };
};

function replayed(sessions: string): EvalReport['speed'] {
  const text = execFileSync(process.execPath, [join(COMMANDS, 'eval.ts'), '--sessions', sessions, '--json'], {
    encoding: 'utf8',
    maxBuffer: MOST_BYTES_OF_REPORT,
  });
  const { speed }: EvalReport = JSON.parse(text);
  return speed;
}
