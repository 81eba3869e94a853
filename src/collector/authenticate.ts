import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { TokenOwner } from '../store/token-store.ts';
import { createGuessLimit } from './guess-limit.ts';
import { Problem } from './problem.ts';

export interface AuthenticateDeps {
  /** Whom a bearer token speaks for; undefined: wrong or revoked. */
  ownerOf(token: string): TokenOwner | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

const MISSING = 'Send the header "Authorization: Bearer qw_…". Type /quota connect in Slack to get a token.';
const EMPTY =
  'The bearer token is empty: the variable that should carry it is not set where the sender runs, or not allowed there ' +
  '(allowedEnvVars of an HTTP hook). Type /quota connect in Slack for the exact settings.';
const WRONG = 'This token is unknown or was revoked. Type /quota connect in Slack for a new one.';
const TOO_MANY = 'Too many different wrong tokens came from this address.';

/**
 * A hook that lets only known tokens pass, before any of the body is read. Throws Problem 401, or 429 for a guesser, who
 * cannot shut out those who share his address: a known token always passes.
 */
export function createAuthenticate({ ownerOf, clock }: AuthenticateDeps) {
  const guesses = createGuessLimit();

  return async (request: FastifyRequest) => {
    const token = bearerToken(request.headers.authorization);
    const owner = ownerOf(token);
    if (!owner) throw wrong(request.ip, token);
    request.setDecorator('owner', owner);
  };

  function wrong(address: string, token: string): Problem {
    const retryAfterS = guesses.retryAfterS(address, clock.now());
    if (retryAfterS) return new Problem(429, TOO_MANY, { headers: { 'retry-after': String(retryAfterS) } });
    guesses.wrong(address, token);
    return unauthorized(WRONG);
  }
}

/** Whom the request's token speaks for. Only behind the hook above. */
export function ownerOfRequest(request: FastifyRequest): TokenOwner {
  return request.getDecorator<TokenOwner>('owner');
}

function bearerToken(header = ''): string {
  const [scheme = '', token = ''] = header.split(' ', 2);
  if (scheme.toLowerCase() !== 'bearer') throw unauthorized(MISSING);
  if (token === '') throw unauthorized(EMPTY);
  return token;
}

function unauthorized(message: string): Problem {
  return new Problem(401, message, { headers: { 'www-authenticate': 'Bearer' } });
}
