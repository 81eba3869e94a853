import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Overloaded, overloadedBy } from './delivery.ts';

const CODES = {
  400: 'malformed',
  401: 'unauthorized',
  404: 'not_found',
  413: 'too_large',
  415: 'unsupported',
  429: 'too_many_attempts',
} as const;

type Status = keyof typeof CODES;

/** The word for a refusal, as senders read it and as it is counted. */
export type RefusalCode = (typeof CODES)[Status] | 'overloaded' | 'internal';

/** A request that is refused, in words for whoever set up the sender. */
export class Problem extends Error {
  readonly status: Status;
  /** Single faults, each with its place in the body. */
  readonly problems: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: Status,
    message: string,
    extra: { problems?: readonly string[]; headers?: Problem['headers'] } = {},
  ) {
    super(message);
    this.name = 'Problem';
    this.status = status;
    this.problems = extra.problems ?? [];
    this.headers = extra.headers ?? {};
  }
}

/**
 * Answers every error with JSON. Refusals are logged by status alone, because their words may quote the body; what nobody
 * foresaw is logged whole, and the sender learns only that it happened.
 */
export function createErrorHandler(log: Logger, refused: (code: RefusalCode) => void) {
  return (error: FastifyError | Problem | Overloaded, request: FastifyRequest, reply: FastifyReply) => {
    const { url } = request.routeOptions;
    const overloaded = overloadedBy(error);
    if (overloaded) {
      const { retryAfterS, message, cause } = overloaded;
      log.warn({ route: url, retryAfterS, err: cause }, 'delivery refused: overloaded');
      refused('overloaded');
      return reply.code(503).header('retry-after', retryAfterS).send({ error: 'overloaded', message });
    }
    const problem = error instanceof Problem ? error : fromFastify(error as FastifyError);
    if (!problem) {
      log.error({ err: error, route: url }, 'request failed');
      refused('internal');
      return reply.code(500).send({ error: 'internal', message: 'The collector failed; its log says why.' });
    }
    log.debug({ route: url, status: problem.status }, 'request refused');
    const { status, message, problems } = problem;
    refused(CODES[status]);
    const details = problems.length > 0 ? { problems } : {};
    return reply
      .code(status)
      .headers(problem.headers)
      .send({ error: CODES[status], message, ...details });
  };
}

function fromFastify(error: FastifyError): Problem | undefined {
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return undefined;
  return new Problem(status in CODES ? (status as Status) : 400, error.message);
}
