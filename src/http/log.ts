// The service's log: one line per event on stderr, without secrets.
import { destination, pino, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';

export type { Logger } from 'pino';

export interface LogOptions {
  readonly level: string;
  readonly format: 'pretty' | 'json';
}

const secrets = ['authorization', 'cartToken', 'x-cart-token', 'paymentToken', 'email'];

export function createLog({ level, format }: LogOptions): Logger {
  const redact = secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  const options = { level, redact: { paths: redact, censor: '[redacted]' } };
  // Synchronous, so that the last line before a crash is not lost.
  return format === 'pretty'
    ? pino(options, PinoPretty({ destination: 2, sync: true, ignore: 'pid,hostname' }))
    : pino(options, destination({ dest: 2, sync: true }));
}
