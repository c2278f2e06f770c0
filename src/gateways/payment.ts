// The payment gateway: what charges an order and refunds it. Each request has an idempotency key,
// so that a repetition after a timeout or a lost answer never pays twice.

export interface ChargeRequest {
  /** Idempotency key: the order's id. A repetition with the same key gets the first answer. */
  readonly key: string;
  /** In minor units, more than 0. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** What the shopper's browser got from the gateway for the card. It is a secret. */
  readonly token: string;
}

export interface RefundRequest {
  /** Idempotency key of this refund. */
  readonly key: string;
  /** Key of the charge. */
  readonly chargeKey: string;
  readonly amount: number;
  readonly currency: string;
}

export interface Charged {
  readonly kind: 'CHARGED';
  /** The gateway's name of the charge. */
  readonly reference: string;
  /** In minor units. */
  readonly amount: number;
}

export interface Declined {
  readonly kind: 'DECLINED';
  /** A stable code, such as CARD_DECLINED. */
  readonly reason: string;
}

/** CANCELLED: no charge with this key will ever happen. */
export type ChargeOutcome = Charged | Declined | { readonly kind: 'CANCELLED' };

export type RefundOutcome =
  | { readonly kind: 'REFUNDED'; readonly reference: string }
  /** The gateway will never pay this refund. */
  | { readonly kind: 'REFUSED'; readonly reason: string };

/**
 * Every method may be repeated with the same key.
 *
 * @throws GatewayUnavailableError when the outcome is unknown
 */
export interface PaymentGateway {
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome>;
  /** Undefined when the gateway knows no outcome for this key. */
  lookUp(key: string, signal: AbortSignal): Promise<ChargeOutcome | undefined>;
  /** Prevents a charge for ever, or tells what became of it before. */
  cancel(key: string, signal: AbortSignal): Promise<ChargeOutcome>;
  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundOutcome>;
}

/** No answer in time, a broken connection, or a fault of the gateway: ask again, same key. */
export class GatewayUnavailableError extends Error {
  override readonly name = 'GatewayUnavailableError';
}
