import { type Logger, pino } from 'pino';

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

/** JSON lines on standard error, so that what a command prints stays clean. Times are ISO. */
export function createLog(level: string): Logger {
  return pino(
    { level, redact: { paths: SECRET, censor: '[redacted]' }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
}
