import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { DeveloperId } from '../model/ids.ts';
import { DAY_MS, type EpochMs, epochMs } from '../model/time.ts';
import type { Coverage } from '../store/coverage-reader.ts';
import { ownerOfRequest } from './authenticate.ts';
import { Problem } from './problem.ts';
import { EARLIEST } from './wire-schemas.ts';

export interface CoverageRouteDeps {
  /** What telemetry told of a developer's sessions. */
  coverage(developer: DeveloperId, span: { from: EpochMs; to: EpochMs }): readonly Coverage[];
}

const Moment = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
  .pipe(z.int().min(EARLIEST))
  .transform(epochMs);

/** A day at once: of a heavy user it is a thousand requests, and others wait while they are read. */
const Question = z.object({ from: Moment, to: Moment }).refine(({ from, to }) => to > from && to - from <= DAY_MS);

/**
 * Answers what telemetry told already, so that whoever sends the past leaves it out. A team token, which may write for
 * everybody, reads about nobody.
 */
export function registerCoverageRoute(app: FastifyInstance, { coverage }: CoverageRouteDeps) {
  app.get('/v1/coverage', (request) => {
    const { data: span } = Question.safeParse(request.query);
    if (!span) throw new Problem(400, 'Ask with from and to in epoch milliseconds, at most a day apart.');
    const owner = ownerOfRequest(request);
    if (owner.of === 'team') return { of: 'team' };
    return { of: 'developer', sessions: coverage(owner.developer, span) };
  });
}
