// A payment gateway whose answers are believed only if they can be understood. Everything else that
// a gateway does leaves the outcome unknown: it throws, the connection breaks half-way, or it
// answers with something that is no outcome. A later request with the same key learns it.
import { z } from 'zod';
import {
  type ChargeOutcome,
  type ChargeRequest,
  GatewayUnavailableError,
  type PaymentGateway,
  type RefundOutcome,
  type RefundRequest,
} from './payment.js';

/** Events store it: one line of printable ASCII. */
const word = z.string().regex(/^[\x20-\x7e]{1,200}$/);

const chargeOutcome: z.ZodType<ChargeOutcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('CHARGED'), reference: word, amount: z.int().positive() }),
  z.object({ kind: z.literal('DECLINED'), reason: word }),
  z.object({ kind: z.literal('CANCELLED') }),
]);

const refundOutcome: z.ZodType<RefundOutcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('REFUNDED'), reference: word }),
  z.object({ kind: z.literal('REFUSED'), reason: word }),
]);

export class GuardedGateway implements PaymentGateway {
  constructor(private readonly gateway: PaymentGateway) {}

  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome> {
    return understood(chargeOutcome, () => this.gateway.charge(request, signal));
  }

  lookUp(key: string, signal: AbortSignal): Promise<ChargeOutcome | undefined> {
    return understood(chargeOutcome.optional(), () => this.gateway.lookUp(key, signal));
  }

  cancel(key: string, signal: AbortSignal): Promise<ChargeOutcome> {
    return understood(chargeOutcome, () => this.gateway.cancel(key, signal));
  }

  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundOutcome> {
    return understood(refundOutcome, () => this.gateway.refund(request, signal));
  }
}

/** @throws GatewayUnavailableError, which tells nothing of the answer: it may hold a secret */
async function understood<Answer>(
  outcome: z.ZodType<Answer>,
  ask: () => Promise<unknown>,
): Promise<Answer> {
  const { success, data } = outcome.safeParse(await answerOf(ask));
  if (!success) throw new GatewayUnavailableError('The gateway answered with no outcome');
  return data;
}

async function answerOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof GatewayUnavailableError) throw cause;
    // Its message may quote the request, which has the payment token.
    const name = cause instanceof Error ? cause.name : typeof cause;
    throw new GatewayUnavailableError(`The gateway failed with ${name}`);
  }
}
