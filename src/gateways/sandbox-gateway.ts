// A payment gateway for trying things out. It moves no money; its bank is two tables that say what
// was charged and refunded. The token decides what happens:
//   tok_ok           approved                     tok_declined   declined
//   tok_timeout      the first request hangs      tok_flaky      the first request fails
//   tok_lost_answer  charged, and the first answer is lost
//   tok_no_refund    approved, and no refund is ever paid
// Any other token is declined.
import type { Database, Statements } from '../read-models/database.js';
import {
  type ChargeOutcome,
  type ChargeRequest,
  GatewayUnavailableError,
  type PaymentGateway,
  type RefundOutcome,
  type RefundRequest,
} from './payment.js';

/** A charge in the sandbox's bank. */
export interface BankCharge {
  readonly key: string;
  readonly amount: number;
  readonly currency: string;
  /** Number of requests with this key. */
  readonly asks: number;
  readonly outcome: 'PENDING' | 'CHARGED' | 'DECLINED' | 'CANCELLED';
  /** 1 when it refuses refunds. */
  readonly no_refund: number;
}

interface BankRefund {
  readonly key: string;
  readonly amount: number;
}

type Behaviour = 'approve' | 'decline' | 'hang' | 'fail' | 'approve and lose the answer';

function behaviourOf(token: string, asks: number): Behaviour {
  const isFirst = asks === 1;
  switch (token) {
    case 'tok_ok':
    case 'tok_no_refund':
      return 'approve';
    case 'tok_timeout':
      return isFirst ? 'hang' : 'approve';
    case 'tok_flaky':
      return isFirst ? 'fail' : 'approve';
    case 'tok_lost_answer':
      return isFirst ? 'approve and lose the answer' : 'approve';
    default:
      return 'decline';
  }
}

export class SandboxGateway implements PaymentGateway {
  private constructor(private readonly database: Database) {}

  static async on(database: Database): Promise<SandboxGateway> {
    await database.restructure(prepare);
    return new SandboxGateway(database);
  }

  async charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeOutcome> {
    const { key, amount, currency, token } = request;
    const [asked] = await this.database.query<BankCharge>(
      `INSERT INTO sandbox_charge (key, amount, currency, asks, outcome, no_refund)
       VALUES ($1, $2, $3, 1, 'PENDING', $4)
       ON CONFLICT (key) DO UPDATE SET asks = sandbox_charge.asks + 1 RETURNING *`,
      [key, amount, currency, token === 'tok_no_refund' ? 1 : 0],
    );
    const known = asked && outcomeOf(asked);
    if (known !== undefined) return known;
    const behaviour = behaviourOf(token, asked?.asks ?? 1);
    if (behaviour === 'hang') await aborted(signal);
    if (behaviour === 'fail') throw new GatewayUnavailableError('503 from the sandbox');
    const outcome = await this.settle(key, behaviour === 'decline' ? 'DECLINED' : 'CHARGED');
    if (behaviour === 'approve and lose the answer') {
      throw new GatewayUnavailableError('The connection ended before the answer');
    }
    return outcome;
  }

  async lookUp(key: string): Promise<ChargeOutcome | undefined> {
    const [found] = await this.charges(key);
    return found && outcomeOf(found);
  }

  async cancel(key: string): Promise<ChargeOutcome> {
    await this.database.execute(
      `INSERT INTO sandbox_charge (key, amount, currency, asks, outcome, no_refund)
       VALUES ($1, 0, '', 0, 'CANCELLED', 0) ON CONFLICT (key) DO NOTHING`,
      [key],
    );
    return this.settle(key, 'CANCELLED');
  }

  async refund({ key, chargeKey, amount }: RefundRequest): Promise<RefundOutcome> {
    const [charge] = await this.charges(chargeKey);
    if (charge?.outcome !== 'CHARGED') return { kind: 'REFUSED', reason: 'NOT_CHARGED' };
    if (charge.no_refund === 1) return { kind: 'REFUSED', reason: 'REFUND_NOT_POSSIBLE' };
    await this.database.execute(
      `INSERT INTO sandbox_refund (key, charge_key, amount) VALUES ($1, $2, $3)
       ON CONFLICT (key) DO NOTHING`,
      [key, chargeKey, amount],
    );
    return { kind: 'REFUNDED', reference: `sandbox-refund-${key}` };
  }

  /** What the bank has of one key. */
  charges(key: string): Promise<readonly BankCharge[]> {
    return this.database.query('SELECT * FROM sandbox_charge WHERE key = $1', [key]);
  }

  refunds(chargeKey: string): Promise<readonly BankRefund[]> {
    const sql = 'SELECT key, amount FROM sandbox_refund WHERE charge_key = $1';
    return this.database.query(sql, [chargeKey]);
  }

  /** The first outcome stays. */
  private async settle(key: string, outcome: BankCharge['outcome']): Promise<ChargeOutcome> {
    await this.database.execute(
      `UPDATE sandbox_charge SET outcome = $2 WHERE key = $1 AND outcome = 'PENDING'`,
      [key, outcome],
    );
    const settled = await this.lookUp(key);
    if (settled === undefined) throw new GatewayUnavailableError('The sandbox lost the charge');
    return settled;
  }
}

function outcomeOf({ key, amount, outcome }: BankCharge): ChargeOutcome | undefined {
  switch (outcome) {
    case 'CHARGED':
      return { kind: 'CHARGED', reference: `sandbox-charge-${key}`, amount };
    case 'DECLINED':
      return { kind: 'DECLINED', reason: 'CARD_DECLINED' };
    case 'CANCELLED':
      return { kind: 'CANCELLED' };
    case 'PENDING':
      return undefined;
  }
}

async function prepare(statements: Statements): Promise<void> {
  const { types, tableOptions } = statements.dialect;
  const { text, integer } = types;
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS sandbox_charge (key ${text} PRIMARY KEY, amount ${integer} NOT NULL,
     currency ${text} NOT NULL, asks ${integer} NOT NULL, outcome ${text} NOT NULL,
     no_refund ${integer} NOT NULL) ${tableOptions}`,
  );
  await statements.execute(
    `CREATE TABLE IF NOT EXISTS sandbox_refund (key ${text} PRIMARY KEY,
     charge_key ${text} NOT NULL, amount ${integer} NOT NULL) ${tableOptions}`,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(new GatewayUnavailableError('No answer in time'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
