// No unit is sold twice: what orders hold of a product was there when they took it, stays theirs, and
// ends once, by a shipment or a cancellation.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Law, World } from './law.js';
import { CheckoutsAsked } from './checkouts-asked.js';
import { CART, INVENTORY, ORDER } from './log-model.js';
import { StockAccount, type StockData } from './stock-account.js';

interface OrderedLines {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

type Accounts = ReadonlyMap<string, StockAccount>;

export const stockKept: Law = {
  name: 'stock is kept',
  promise: 'No unit is sold twice; what an order holds is its own, and ends once.',
  watch(world, report) {
    const accounts = new Map<string, StockAccount>();
    const checkouts = new CheckoutsAsked(world);
    /** Of products that nobody counted when the cart was opened. */
    const unclear: { event: StoredEvent; account: StockAccount; told: string }[] = [];
    return {
      asked(question) {
        checkouts.asked(question);
      },
      stored(event) {
        const { stream, revision, type, position, recordedAt } = event;
        const isOurs = !world.foreign.has(event.id);
        let problem: string | undefined;
        if (stream.startsWith(INVENTORY)) {
          const account = accounts.get(stream) ?? new StockAccount(position, recordedAt);
          accounts.set(stream, account);
          problem = stockProblem(world, account, event);
          account.add(event);
          if (type === 'StockAdjusted' && account.onHand < 0) problem = `leaves ${account.onHand}`;
        } else if (type === 'InventoryReserved') problem = reservedProblem(world, accounts, event);
        else if (type === 'CartCheckedOut' && isOurs) {
          for (const { words, account } of notHeld(world, accounts, event)) {
            const told = `${stream}@${revision}: ${words}`;
            if (checkouts.isOlder(event, account)) report(told);
            else unclear.push({ event, account, told });
          }
        }
        if (isOurs && problem !== undefined) report(`${stream}@${revision}: ${problem}`);
      },
      ended() {
        for (const { event, account, told } of unclear) {
          if (checkouts.isAskedSince(event, account)) report(told);
        }
      },
    };
  },
};

/** What is wrong with an event, in comparison with what was there before it. */
function stockProblem(world: World, account: StockAccount, event: StoredEvent): string | undefined {
  switch (event.type) {
    case 'StockReserved':
      return reservationProblem(account, event.data as StockData);
    case 'StockReleased':
      return releaseProblem(world, account, event);
    case 'StockShipped':
      return shipmentProblem(world, account, event.data as StockData);
    default:
      return undefined;
  }
}

function reservationProblem(account: StockAccount, data: StockData): string | undefined {
  const { orderId = '', attemptId, quantity = 0 } = data;
  const held = account.holds.get(orderId);
  if (attemptId == null && held?.end !== undefined) return `held again after it was ${held.end}`;
  const more = quantity - account.heldBy(orderId);
  const available = Math.max(0, account.onHand - account.reserved);
  return more > available ? `${more} more are held, and ${available} are there` : undefined;
}

function releaseProblem(
  { log, setting }: World,
  account: StockAccount,
  { data, recordedAt }: StoredEvent,
): string | undefined {
  const { orderId = '', attemptId, reason } = data as StockData;
  const held = account.holds.get(orderId);
  if (attemptId == null) {
    if (held?.end !== undefined) return `released after it was ${held.end}`;
    const isCancelled = log.orderEvents(orderId).some(({ type }) => type === 'OrderCancelled');
    return isCancelled ? undefined : `released, and order ${orderId} was not cancelled`;
  }
  const attempt = held?.attempts.get(attemptId);
  if (attempt === undefined) return 'released, and nothing was held';
  const isEarly = reason === 'EXPIRED' && attempt.expiresAt > recordedAt + setting.clockSkewMs;
  return isEarly ? 'expired before its time' : undefined;
}

function shipmentProblem({ log }: World, account: StockAccount, data: StockData) {
  const { orderId = '', quantity } = data;
  const end = account.holds.get(orderId)?.end;
  if (end !== undefined) return `shipped after it was ${end}`;
  const isShipped = log.orderEvents(orderId).some(({ type }) => type === 'OrderShipped');
  if (!isShipped) return `shipped, and order ${orderId} was not`;
  const held = account.heldBy(orderId);
  return held === quantity ? undefined : `${quantity} are shipped, and ${held} were held`;
}

/** Everything that it needs is the order's own, of products that were tracked before it. */
function reservedProblem({ log }: World, accounts: Accounts, { stream }: StoredEvent) {
  const placed = log.orderEvents(stream.slice(ORDER.length)).find(isPlacement);
  if (placed === undefined) return undefined;
  const orderId = stream.slice(ORDER.length);
  for (const [sku, units] of unitsOf((placed.data as OrderedLines).lines)) {
    const account = accounts.get(`${INVENTORY}${sku}`);
    if (account === undefined || account.since > placed.position) continue;
    const held = account.holds.get(orderId)?.confirmed ?? 0;
    if (held !== units) return `${units} ${sku} are reserved, and ${held} are held`;
  }
  return undefined;
}

/** A cart closes only when its units are held, unless the hold has expired meanwhile. */
function* notHeld({ log }: World, accounts: Accounts, event: StoredEvent) {
  const { orderId } = event.data as { readonly orderId: string };
  const before = log.cartAt(event.stream.slice(CART.length), event.revision);
  if (before === undefined) return;
  const lines = before.lines.map(({ sku, portions }) => ({
    sku,
    quantity: portions.reduce((sum, { quantity }) => sum + quantity, 0),
  }));
  for (const [sku, units] of unitsOf(lines)) {
    const account = accounts.get(`${INVENTORY}${sku}`);
    if (account === undefined || account.holds.get(orderId)?.hasExpired === true) continue;
    const held = account.heldBy(orderId);
    if (held >= units) continue;
    yield { words: `checked out with ${units} ${sku}, and ${held} are held`, account };
  }
}

function isPlacement({ type }: StoredEvent): boolean {
  return type === 'OrderPlaced';
}

function unitsOf(lines: OrderedLines['lines']): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return units;
}
