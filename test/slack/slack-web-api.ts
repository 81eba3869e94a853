import { type Logger, LogLevel, WebClient } from '@slack/web-api';

/** A call that reached Slack. */
export interface Call {
  readonly method: string;
  /** As they travel: all texts. */
  readonly args: Readonly<Record<string, string>>;
}

/** A real Web API client whose network ends here: what `answers` returns stands for Slack's JSON, or is the response. */
export function slackWebApi(answers: (call: Call) => object | Response) {
  const calls: Call[] = [];
  const client = new WebClient('xoxb-test', {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
    fetch: async (input, init) => {
      const method = new URL(String(input)).pathname.replace('/api/', '');
      const call = { method, args: Object.fromEntries(new URLSearchParams(String(init?.body))) };
      calls.push(call);
      const answer = answers(call);
      return answer instanceof Response ? answer : Response.json({ ok: true, ...answer });
    },
  });
  return { client, calls };
}

/** What Slack says to a call that it refuses. */
export const no = (error: string) => ({ ok: false, error });

const ignore = () => undefined;
/** Refusals that a test provokes are its own affair. */
const SILENT: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  setName: ignore,
  getLevel: () => LogLevel.ERROR,
};
