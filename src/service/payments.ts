// The payment gateway and the payment tokens, from the start of the service to its end.
import { openPayments, type Payments, sandboxes } from '../gateways/open.js';
import type { Logger } from '../http/log.js';
import { startRounds } from '../waiting/rounds.js';
import type { Time } from '../waiting/time.js';
import type { Config } from './config.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { StartedParts } from './started-parts.js';

const CLEARING_MS = 3_600_000;
/** How long a token may be with one instance alone after the shared database is back. */
const HAND_OVER_MS = 5_000;
/** Older tokens belong to checkouts that died, or to orders that have waited in vain. */
const TOKEN_AGE_MS = 7 * 24 * 3_600_000;

/** @throws ReadModelsUnavailableError when the database stays unavailable */
export async function startPayments(
  { paymentGateway: gatewayName, dataDir, databaseUrl, production }: Config,
  secret: Buffer,
  { time, log }: { readonly time: Time; readonly log: Pick<Logger, 'warn'> },
  parts: StartedParts,
): Promise<Payments> {
  const problem = 'the database of the payments is not available yet';
  const payments = await retryWhileUnavailable(problem, log, () =>
    openPayments({ gatewayName, dataDir, databaseUrl, secret }, time.now),
  );
  parts.add('payments', () => payments.close());
  if (production && sandboxes.has(gatewayName)) {
    log.warn('orders are paid through the sandbox, which charges no card');
  }
  const { putAsideAs } = payments;
  if (putAsideAs !== undefined) {
    log.warn({ putAsideAs }, 'the file of the payment tokens cannot be used: it was moved aside');
  }
  tendTokens(payments.tokens, { isShared: databaseUrl !== undefined, time, log }, parts);
  return payments;
}

export interface TokenCare {
  /** Whether all instances share the tokens, so that an instance may keep some for a while. */
  readonly isShared: boolean;
  readonly time: Time;
  readonly log: Pick<Logger, 'warn'>;
}

/** Forgets old tokens, and hands over those that only this instance has. */
export function tendTokens(
  tokens: Payments['tokens'],
  { isShared, time, log }: TokenCare,
  parts: StartedParts,
): void {
  const repeat = (name: string, round: () => Promise<void>, ms: number, problem: string) => {
    const onFault = (err: unknown) => log.warn({ err }, problem);
    const rounds = startRounds({ round, pauseMs: () => ms, time, onFault });
    parts.addActivity(name, () => rounds.stop());
  };
  repeat(
    'clearing of payment tokens',
    () => tokens.forgetOlderThan(TOKEN_AGE_MS),
    CLEARING_MS,
    'old payment tokens cannot be removed yet',
  );
  if (!isShared) return;
  repeat(
    'handing over of payment tokens',
    () => tokens.handOver(),
    HAND_OVER_MS,
    'payment tokens cannot be handed over yet',
  );
}
