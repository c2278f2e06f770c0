// The bank behind the payment gateway. It knows what was asked under each key, and does nothing twice
// under one. What it does with a charge is decided by the beginning of the token, as in the sandbox;
// the rest of the token tells one checkout from another.
import type {
  ChargeOutcome,
  ChargeRequest,
  RefundOutcome,
  RefundRequest,
} from '../../../src/gateways/payment.js';
import type { Deed } from './deeds.js';

/** Neither done nor answered: it hangs, or it fails. */
export type NoAnswer = 'hangs' | 'fails';

interface BankedCharge {
  outcome: ChargeOutcome | undefined;
  asks: number;
  isRefundable: boolean;
}

export class Bank {
  private readonly charges = new Map<string, BankedCharge>();
  private readonly refunds = new Map<string, RefundOutcome>();

  constructor(private readonly told: (deed: Deed) => void) {}

  /** `answer lost`: it has charged, and the answer is lost. */
  charge({ key, amount, token }: ChargeRequest): ChargeOutcome | NoAnswer | 'answer lost' {
    const [kind = ''] = token.split('#');
    const charge = this.chargeOf(key);
    charge.asks += 1;
    if (charge.outcome !== undefined) return charge.outcome;
    const isFirst = charge.asks === 1;
    if (isFirst && kind === 'tok_timeout') return 'hangs';
    if (isFirst && kind === 'tok_flaky') return 'fails';
    if (!APPROVED.has(kind)) {
      charge.outcome = { kind: 'DECLINED', reason: 'CARD_DECLINED' };
      return charge.outcome;
    }
    charge.isRefundable = kind !== 'tok_no_refund';
    charge.outcome = { kind: 'CHARGED', reference: `charge ${key}`, amount };
    this.told({ kind: 'charged', key, token, amount });
    return isFirst && kind === 'tok_lost_answer' ? 'answer lost' : charge.outcome;
  }

  lookUp(key: string): ChargeOutcome | undefined {
    return this.charges.get(key)?.outcome;
  }

  cancel(key: string): ChargeOutcome {
    return (this.chargeOf(key).outcome ??= { kind: 'CANCELLED' });
  }

  refund({ key, chargeKey, amount }: RefundRequest): RefundOutcome {
    const known = this.refunds.get(key);
    if (known !== undefined) return known;
    const charge = this.charges.get(chargeKey);
    const isPossible = charge?.outcome?.kind === 'CHARGED' && charge.isRefundable;
    const outcome: RefundOutcome = isPossible
      ? { kind: 'REFUNDED', reference: `refund ${key}` }
      : { kind: 'REFUSED', reason: 'REFUND_NOT_POSSIBLE' };
    this.refunds.set(key, outcome);
    if (isPossible) this.told({ kind: 'refunded', key, chargeKey, amount });
    return outcome;
  }

  private chargeOf(key: string): BankedCharge {
    let charge = this.charges.get(key);
    if (charge === undefined) {
      this.charges.set(key, (charge = { outcome: undefined, asks: 0, isRefundable: false }));
    }
    return charge;
  }
}

const APPROVED: ReadonlySet<string> = new Set([
  'tok_ok',
  'tok_timeout',
  'tok_flaky',
  'tok_lost_answer',
  'tok_no_refund',
]);
