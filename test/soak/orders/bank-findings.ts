// What the sandbox gateway's bank and the payment tokens say of each order.
import pg from 'pg';
import { retrying } from '../../../src/waiting/retrying.js';
import type { BookedOrder, OrderBook } from './order-book.js';

const LOOK_MS = { least: 100, most: 100 };

/** One charge for each order that was paid, none for the others, and what was due paid back. */
export async function bankFindings(
  databaseUrl: string | undefined,
  book: OrderBook,
): Promise<readonly string[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const charges = await rowsOf<BankCharge>(client, 'SELECT * FROM sandbox_charge');
    const refunds = await rowsOf<BankRefund>(client, 'SELECT * FROM sandbox_refund');
    const faults = book.all.flatMap((order) => bankFaults(order, charges, refunds));
    return [...faults, ...(await keptTokens(client, book))];
  } finally {
    await client.end();
  }
}

interface BankCharge {
  readonly key: string;
  readonly amount: number | string;
  readonly outcome: string;
}

interface BankRefund {
  readonly charge_key: string;
  readonly amount: number | string;
}

async function rowsOf<Row extends object>(client: pg.Client, sql: string): Promise<readonly Row[]> {
  return (await client.query<Row>(sql)).rows;
}

function bankFaults(
  order: BookedOrder,
  charges: readonly BankCharge[],
  refunds: readonly BankRefund[],
): readonly string[] {
  const sum = (rows: readonly { readonly amount: number | string }[]) =>
    rows.reduce((so, { amount }) => so + Number(amount), 0);
  const { orderId } = order;
  const charged = charges.filter(({ key, outcome }) => key === orderId && outcome === 'CHARGED');
  const paid = order.has('PaymentReceived') ? order.total : 0;
  const repaid = sum(refunds.filter(({ charge_key: key }) => key === orderId));
  return [
    ...(sum(charged) === paid ? [] : [`${orderId}: the bank charged ${sum(charged)}, not ${paid}`]),
    ...(repaid === order.refunded ? [] : [`${orderId}: the bank paid ${repaid} back`]),
  ];
}

/** A token is removed a moment after its order was paid or declined. */
async function keptTokens(client: pg.Client, { all }: OrderBook): Promise<readonly string[]> {
  const owners = new Map(all.map(({ intentId, orderId }) => [intentId, orderId]));
  const kept = async () => {
    const sql = 'SELECT intent_id FROM payment_token';
    const rows = await rowsOf<{ readonly intent_id: string }>(client, sql);
    return rows.flatMap(({ intent_id: intentId }) => owners.get(intentId) ?? []);
  };
  const demandNone = async () => {
    const orderIds = await kept();
    if (orderIds.length > 0) throw new KeptTokensError();
  };
  const retryIf = (error: unknown) => error instanceof KeptTokensError;
  const looking = retrying(demandNone, { retryIf, pauseMs: LOOK_MS, withinMs: 5_000 });
  await looking.catch((error: unknown) => {
    if (!(error instanceof KeptTokensError)) throw error;
  });
  return (await kept()).map((orderId) => `${orderId}: its payment token is still there`);
}

class KeptTokensError extends Error {}
