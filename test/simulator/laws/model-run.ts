// A run of all clients on a shop without faults, recorded as the simulator and the soak record
// theirs. One seed gives one run.
import { webhookAggregate } from '../../../src/commands/aggregates.js';
import { standardPricing } from '../../../src/domain/cart/pricing.js';
import { projectionsOf } from '../../../src/projections/registry.js';
import { readShopEvent } from '../../../src/projections/shop-events.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Row } from '../../../src/read-models/table.js';
import type { Client } from '../clients/client.js';
import type { Deed, NotifiedDeed } from '../outside/deeds.js';
import { receivers } from '../outside/webhook-admin.js';
import { crowd } from '../clients/crowd.js';
import { weighted } from '../clients/weighted.js';
import { SeededRandomness } from '../randomness.js';
import { History, type HistoryRecord } from '../history.js';
import { Session } from '../session.js';
import type { Evidence, SeenDeed } from './evidence.js';
import type { CachedState, RowsCommitted, Setting } from './law.js';
import { LogModel } from './log-model.js';
import { emailOf } from './model-commands.js';
import { ModelShop } from './model-shop.js';
import { rowAfter } from './rows-fold.js';
import { WEBHOOKS } from './webhook-account.js';

const BEGAN_AT = Date.parse('2026-11-02T08:00:00.000Z');
const LIVE_WITHIN_MS = 60_000;

export const modelSetting: Setting = {
  pricing: standardPricing,
  beganAt: BEGAN_AT,
  clockSkewMs: 0,
  liveWithinMs: LIVE_WITHIN_MS,
  isOutsideSeen: true,
  hasMail: true,
  ordersEndWithinMs: LIVE_WITHIN_MS,
  placeOf: () => 'rows',
};

export type WholeEvidence = Required<Evidence>;

export async function modelRun(seed: number, steps = 300): Promise<WholeEvidence> {
  const random = SeededRandomness.of(seed);
  let elapsedMs = 0;
  let isCalm = false;
  const records: HistoryRecord[] = [];
  const history = new History(
    () => elapsedMs,
    (record) => records.push(record),
  );
  const commits = new ModelRows();
  const now = () => BEGAN_AT + elapsedMs;
  const losesAnswer = () => !isCalm && random.chance(0.1);
  const deeds: SeenDeed[] = [];
  // In a quarter of the runs orders are paid, and in the others they are not.
  const hasPayments = seed % 4 === 1;
  const onDeed = (deed: Deed) => deeds.push({ deed, after: shop.log.events.length });
  const onStored = (event: StoredEvent) => {
    commits.fold(event);
    for (const deed of postedOf(event)) if (hasPayments) onDeed(deed);
  };
  const shop = new ModelShop({ now, onStored, losesAnswer, onDeed });
  const session = new Session(shop, history);
  // In some of both kinds guests sign in, and in some of those with payments orders are shipped.
  const more = { hasClaims: seed % 16 >= 12, hasDelivery: seed >= 16, hasErasures: seed % 8 === 1 };
  const people = crowd({ instances: shop.instances, households: 3, now, hasPayments, ...more });
  const { clients, opening, stocking } = people;
  if (hasPayments) registerWebhooks(shop, now());
  for (const intent of [...opening, ...stocking]) await session.carryOut(silent, intent);
  for (let step = 0; step < steps; step += 1) {
    elapsedMs += random.below(3) * random.below(400);
    const client = weighted(random, clients);
    for (const intent of client.next(random)) await session.carryOut(client, intent);
  }
  isCalm = true;
  history.befell('all', 'calm');
  elapsedMs += LIVE_WITHIN_MS + 1;
  history.befell('all', 'ready');
  return {
    log: shop.log.events,
    history: records,
    commits: [...commits.all, ...commits.whole()],
    caches: cachesOf(shop.log.events),
    deeds,
    parked: [],
    ...peopleLeft(shop),
  };
}

/** What every instance reads of contacts, and the keys that are left. */
function peopleLeft({
  log: { events },
  instances,
}: ModelShop): Pick<WholeEvidence, 'opened' | 'kept'> {
  const erased = new Set(
    events.flatMap(({ type, data }) =>
      type === 'PersonErased' ? (data as { readonly keyId: string }).keyId : [],
    ),
  );
  const contacts = events.flatMap(({ stream, revision, data }) => {
    const { contact } = data as { readonly contact?: { readonly keyId: string } | null };
    if (contact == null) return [];
    const { keyId } = contact;
    const text = erased.has(keyId) ? null : JSON.stringify({ email: emailOf(keyId) });
    return [{ stream, revision, keyId, text }];
  });
  const keyIds = new Set(contacts.flatMap(({ keyId, text }) => (text === null ? [] : keyId)));
  return {
    opened: instances.flatMap((instance) => contacts.map((text) => ({ instance, ...text }))),
    kept: [...keyIds].map((keyId) => ({ where: 'rows', keyId })),
  };
}

function registerWebhooks({ log }: ModelShop, at: number): void {
  const events = receivers.map(({ url, eventTypes }) => ({
    type: 'WebhookRegistered' as const,
    data: { webhookId: url, url, eventTypes, after: '0' },
  }));
  log.append(webhookAggregate, WEBHOOKS, events, at);
}

/** Every receiver gets each event at once. */
function postedOf({ id, type }: StoredEvent): readonly NotifiedDeed[] {
  return receivers
    .filter(({ eventTypes }) => eventTypes.includes(type))
    .map(({ url }) => ({
      ...{ kind: 'notified', url, messageId: `${url} ${id}`, eventId: id, type },
      isGenuine: true,
    }));
}

const silent: Client = { name: 'opening', next: () => [], hears: () => undefined };

/** Rows as a projector that commits after each event would leave them. */
class ModelRows {
  readonly all: RowsCommitted[] = [];
  private readonly tables = projectionsOf(standardPricing).map((projection) => ({
    projection,
    rows: new Map<string, Row>(),
    completed: new Map<string, Row>(),
  }));
  private checkpoint = -1n;

  fold(stored: StoredEvent): void {
    const reading = readShopEvent(stored);
    this.checkpoint = stored.position;
    for (const { projection, rows, completed } of this.tables) {
      const changed = new Map<string, Row>();
      const key = reading.kind === 'understood' ? projection.keyOf(reading.event) : undefined;
      const row =
        key === undefined || reading.kind !== 'understood'
          ? undefined
          : rowAfter(projection, rows.get(key), reading.event);
      if (key !== undefined && row !== undefined) {
        rows.set(key, row);
        completed.set(key, projection.complete(row));
        changed.set(key, projection.complete(row));
      }
      this.all.push(this.commitOf(projection, changed, false));
    }
  }

  /** All rows, as they are read after the run. */
  whole(): RowsCommitted[] {
    return this.tables.map(({ projection, completed }) =>
      this.commitOf(projection, completed, true),
    );
  }

  private commitOf(
    { name, version, foldHash }: ReturnType<typeof projectionsOf>[number],
    rows: ReadonlyMap<string, Row>,
    isAll: boolean,
  ): RowsCommitted {
    const { checkpoint } = this;
    const kept = { generation: 1, isPaused: false, promotedAt: null };
    const generation = { name, version, foldHash, status: 'LIVE' as const, checkpoint, ...kept };
    return { place: 'rows', generation, rows, isAll };
  }
}

function cachesOf(events: readonly StoredEvent[]): CachedState[] {
  const log = new LogModel();
  for (const event of events) log.add(event);
  return log.cartIds.flatMap((cartId) => {
    const revision = log.cartEvents(cartId).length - 1;
    const state = log.cartAfter(cartId, revision + 1);
    return state === undefined
      ? []
      : [{ instance: 'one', stream: `cart-${cartId}`, revision, state }];
  });
}
