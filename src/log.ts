import { type DestinationStream, type Logger, pino } from 'pino';

/** Fields that must never reach a log, whoever puts them there. */
const SECRET = [
  'token',
  'botToken',
  'appToken',
  'authorization',
  'email',
  'headers.authorization',
  'err.config',
  '*.token',
  '*.email',
];
/** The same inside of any text, such as an error’s: Slack’s tokens and ours, and addresses. */
const SECRET_TEXT = /\b(?:xox[a-z]|xapp)-[\w-]+|\bqw_[\w-]{8,}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
const CENSOR = '[redacted]';

/** JSON lines on standard error, so that what a command prints stays clean. Times are ISO. */
export function createLog(level: string, to: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      redact: { paths: SECRET, censor: CENSOR },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: (line) => line.replace(SECRET_TEXT, CENSOR) },
    },
    to,
  );
}
