// Deliveries from their plan to their end: retries with growing pauses, receivers that are gone,
// instances that share the work, and what the tables keep. On a log in memory and a time that a
// test sets.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Webhook, WebhooksState } from '../../src/domain/webhook/state.js';
import { claimantWithoutLock } from '../../src/read-models/claimant.js';
import type { Database } from '../../src/read-models/database.js';
import { systemTime, type Time } from '../../src/waiting/time.js';
import { Deliveries } from '../../src/webhooks/deliveries.js';
import { deliveryIdOf, KEPT_MS } from '../../src/webhooks/delivery.js';
import { DeliveryLog } from '../../src/webhooks/delivery-log.js';
import type { Sent } from '../../src/webhooks/sender.js';
import { webhookReaction } from '../../src/webhooks/webhook-runner.js';
import { WebhookSecrets } from '../../src/webhooks/webhook-secrets.js';
import { NOON } from '../controls/recorded.js';
import { StoredLog } from '../controls/stored-log.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newDatabases } from '../read-models/databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const HOOK = 'a-webhook';
const CANARY = 'canary@example.org';
const webhook = {
  ...{ id: HOOK, url: 'https://shop.example/hook', eventTypes: ['OrderShipped'], after: '0' },
  ...{ isEnabled: true, isPaused: false, revision: 0, secretRevision: 0, registeredAt: NOON },
};
const signal = new AbortController().signal;

let log: StoredLog;
let openDatabase: () => Database;
let state: WebhooksState;
let now: number;
let answers: Sent[];
/** The ids of the messages that were sent. */
let sent: string[];
let time: Time;
let whileSending: () => void;

beforeEach(() => {
  log = new StoredLog();
  state = { webhooks: [webhook], revision: 0 };
  now = NOON;
  answers = [];
  sent = [];
  whileSending = () => undefined;
  time = { ...systemTime, now: () => now, random: () => 0.5 };
});

const delivered: Sent = { outcome: 'DELIVERED', status: 200 };
const refused: Sent = { outcome: 'REFUSED', status: 500 };

async function instance(owner = 'an instance') {
  const database = openDatabase();
  const claimant = claimantWithoutLock(owner, database, false);
  const deliveryLog = await DeliveryLog.on(database, claimant);
  const secrets = await WebhookSecrets.on(database, Buffer.from('of the service'), randomBytes);
  await secrets.make(HOOK);
  const webhooks = {
    freshState: () => Promise.resolve(state),
    disable: (_id: string, url: string) => {
      const after = (one: Webhook) => ({ ...one, isEnabled: one.isEnabled && one.url !== url });
      state = { ...state, webhooks: state.webhooks.map(after) };
      const done = { accepted: true, revision: 1, position: 1n, replayed: false } as const;
      return Promise.resolve({ ...done, state });
    },
  } as const;
  const deliveries = new Deliveries({
    ...{ webhooks, store: log, log: deliveryLog, secrets, time },
    send: (_url, message) => {
      whileSending();
      sent.push(message.headers['webhook-id']!);
      return Promise.resolve(answers.shift() ?? delivered);
    },
    onFault: (fault) => {
      throw fault;
    },
  });
  const reaction = webhookReaction({ webhooks, log: deliveryLog, wake: () => undefined, time });
  const round = async () => {
    await deliveries.round(signal);
    await deliveries.settled();
  };
  /** Makes every attempt at its time. */
  const untilOver = async (id: string) => {
    for (;;) {
      const { status, dueAt } = (await deliveryLog.find(id))!;
      if (status !== 'WAITING') return status;
      now = Math.max(now, dueAt);
      await round();
    }
  };
  return { database, deliveryLog, secrets, deliveries, reaction, round, untilOver };
}

function shipped(stream = 'order-1') {
  const data = { carrier: 'a carrier', contact: { keyId: 'a key', sealed: 'a text' } };
  return log.appendRaw(stream, 'OrderShipped', data);
}

describeOnBoth('webhook deliveries in %s', newDatabases(cleanup), (open) => {
  beforeEach(async () => {
    openDatabase = await open();
  });

  test('an event is delivered once, however often the store gives it', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const event = shipped();
    await reaction.act(event, signal);
    await reaction.act(event, signal);
    await round();
    await reaction.act(event, signal);
    await round();
    const id = deliveryIdOf(HOOK, event.id);
    expect(sent).toEqual([id]);
    expect(await deliveryLog.find(id)).toMatchObject({ status: 'DELIVERED', attempts: 1 });
  });

  test('events of other types, from before the registration and of old age are left out', async () => {
    const { reaction, round } = await instance();
    await reaction.act(log.appendRaw('order-1', 'OrderPlaced', {}), signal);
    const early = shipped();
    state = { ...state, webhooks: [{ ...webhook, after: String(early.position) }] };
    await reaction.act(early, signal);
    const old = shipped();
    now = old.recordedAt + KEPT_MS + 1;
    await reaction.act(old, signal);
    await round();
    expect(sent).toEqual([]);
  });

  test('a failure is retried with growing pauses, and given up after two days', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const event = shipped();
    const id = deliveryIdOf(HOOK, event.id);
    await reaction.act(event, signal);
    const pauses: number[] = [];
    for (;;) {
      answers = [refused];
      await round();
      const { status, dueAt } = (await deliveryLog.find(id))!;
      if (status !== 'WAITING') {
        expect(status).toBe('GIVEN_UP');
        break;
      }
      pauses.push((dueAt - now) / 1_000);
      await round();
      now = dueAt;
    }
    const hour = 3_600;
    const hours = [1, 3, 6, 12, 24].map((each) => each * hour);
    expect(pauses).toEqual([5, 30, 120, 600, ...hours]);
    expect(sent).toEqual(Array(10).fill(id));
    const attempts = await deliveryLog.attemptsOf(id);
    expect(attempts).toHaveLength(10);
    expect(attempts[0]).toMatchObject({ at: NOON, httpStatus: 500, outcome: 'REFUSED' });
  });

  test('a receiver that is gone gets no more, and what waits for it is given up', async () => {
    const { reaction, round, deliveryLog, untilOver } = await instance();
    const events = [shipped('order-1'), shipped('order-2')];
    await reaction.act(events[0]!, signal);
    answers = [{ outcome: 'GONE', status: 410 }];
    await round();
    expect(state.webhooks[0]!.isEnabled).toBe(false);
    state = { ...state, webhooks: [webhook] };
    await reaction.act(events[1]!, signal);
    state = { ...state, webhooks: [] };
    await round();
    expect(sent).toHaveLength(1);
    for (const [n, outcome] of ['GONE', 'DISABLED'].entries()) {
      const id = deliveryIdOf(HOOK, events[n]!.id);
      expect(await untilOver(id)).toBe('GIVEN_UP');
      const attempts = await deliveryLog.attemptsOf(id);
      expect(new Set(attempts.map((attempt) => attempt.outcome))).toEqual(new Set([outcome]));
    }
    expect(sent).toHaveLength(1);
  });

  test('an address that is gone disables no webhook that has another one by now', async () => {
    const { reaction, round, deliveryLog, untilOver } = await instance();
    const event = shipped();
    const id = deliveryIdOf(HOOK, event.id);
    await reaction.act(event, signal);
    const moved = { ...webhook, url: 'https://shop.example/new' };
    whileSending = () => (state = { ...state, webhooks: [moved] });
    answers = [{ outcome: 'GONE', status: 410 }];
    await round();
    expect(state.webhooks).toEqual([moved]);
    expect(await deliveryLog.find(id)).toMatchObject({ status: 'WAITING', attempts: 1 });
    expect(await untilOver(id)).toBe('DELIVERED');
  });

  test('what is planned for a paused webhook waits, and is sent once it is resumed', async () => {
    const { reaction, round, deliveryLog, deliveries } = await instance();
    state = { ...state, webhooks: [{ ...webhook, isPaused: true }] };
    const event = shipped();
    const id = deliveryIdOf(HOOK, event.id);
    await reaction.act(event, signal);
    await round();
    expect(sent).toEqual([]);
    expect(await deliveryLog.find(id)).toMatchObject({ status: 'WAITING', attempts: 0 });
    now += KEPT_MS + 1;
    await deliveries.forgetOld();
    state = { ...state, webhooks: [webhook] };
    await round();
    expect(sent).toEqual([id]);
    await deliveries.forgetOld();
    expect(await deliveryLog.find(id)).toBeUndefined();
  });

  test('a rotation makes one secret, and the one before counts for a day', async () => {
    const { secrets } = await instance();
    const [old] = await secrets.find(HOOK, now);
    const fresh = await secrets.rotate(HOOK, 4, now);
    expect(fresh).not.toEqual(old);
    expect(await secrets.rotate(HOOK, 4, now + 1_000)).toEqual(fresh);
    expect(await secrets.find(HOOK, now)).toEqual([fresh, old]);
    expect(await secrets.find(HOOK, now + 86_400_000)).toEqual([fresh]);
  });

  test('each of several rotations keeps its secret for a day', async () => {
    const [{ secrets }, other] = [await instance(), await instance('another instance')];
    const made = [...(await secrets.find(HOOK, now))];
    for (let rotation = 1; rotation <= 3; rotation += 1) {
      const by = rotation % 2 === 0 ? secrets : other.secrets;
      made.unshift(await by.rotate(HOOK, rotation, now));
      await secrets.rotate(HOOK, rotation, now);
      now += 1_000;
    }
    expect(await secrets.find(HOOK, now)).toEqual(made);
    expect(await secrets.find(HOOK, NOON + 86_400_000)).toEqual(made.slice(0, 3));
    expect(await secrets.find(HOOK, now + 86_400_000)).toEqual(made.slice(0, 1));
    made.unshift(await secrets.rotate(HOOK, 4, now + 86_400_000));
    expect(await secrets.find(HOOK, now + 86_400_000)).toEqual(made.slice(0, 2));
    await secrets.forget(HOOK);
    await secrets.make(HOOK);
    expect(await secrets.find(HOOK, now)).toHaveLength(1);
  });

  test('rotations at once at two instances lose no secret', async () => {
    const [{ secrets }, other] = [await instance(), await instance('another instance')];
    const [old] = await secrets.find(HOOK, now);
    const made = await Promise.all(
      [1, 2, 3, 4].map((rotation) =>
        (rotation % 2 === 0 ? secrets : other.secrets).rotate(HOOK, rotation, now),
      ),
    );
    const counting = await secrets.find(HOOK, now);
    for (const one of [old, ...made]) expect(counting).toContainEqual(one);
  });

  test('a receiver that asks for a pause gets it, also from what else waits for it', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const events = [1, 2, 3, 4, 5, 6].map((order) => shipped(`order-${order}`));
    for (const event of events) await reaction.act(event, signal);
    const ids = events.map(({ id }) => deliveryIdOf(HOOK, id));
    answers = ids.map(() => ({ outcome: 'REFUSED', status: 429, askedPauseMs: 900_000 }));
    await round();
    // Up to four are sent at once: the first answer may come before the others are claimed.
    const atOnce = sent.length;
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThanOrEqual(4);
    for (const id of ids) {
      expect(await deliveryLog.find(id)).toMatchObject({ status: 'WAITING', dueAt: now + 900_000 });
    }
    answers = [];
    now += 900_000;
    await round();
    expect(new Set(sent.slice(atOnce))).toEqual(new Set(ids));
  });

  test('what happens while a receiver wants quiet waits too, on every instance', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const other = await instance('another instance');
    await reaction.act(shipped(), signal);
    answers = [{ outcome: 'REFUSED', status: 503, askedPauseMs: 900_000 }];
    await round();
    const until = now + 900_000;
    now += 1;
    const later = [shipped('order-2'), shipped('order-3')] as const;
    const ids = later.map(({ id }) => deliveryIdOf(HOOK, id));
    await reaction.act(later[0], signal);
    await other.reaction.act(later[1], signal);
    await round();
    await other.round();
    expect(sent).toHaveLength(1);
    for (const id of ids) {
      expect(await deliveryLog.find(id)).toMatchObject({ attempts: 0, dueAt: until });
    }
    now = until;
    await round();
    expect(sent).toHaveLength(4);
    const after = shipped('order-4');
    await reaction.act(after, signal);
    await round();
    expect(sent.at(-1)).toBe(deliveryIdOf(HOOK, after.id));
  });

  test('a wish for quiet does not hold for another address', async () => {
    const { reaction, round, database } = await instance();
    await reaction.act(shipped(), signal);
    answers = [{ outcome: 'REFUSED', status: 429, askedPauseMs: 900_000 }];
    await round();
    expect(await database.query('SELECT address FROM webhook_quiet')).not.toEqual([
      { address: webhook.url },
    ]);
    state = { ...state, webhooks: [{ ...webhook, url: 'https://shop.example/moved' }] };
    const next = shipped('order-2');
    await reaction.act(next, signal);
    await round();
    expect(sent.at(-1)).toBe(deliveryIdOf(HOOK, next.id));
  });

  test('a pause that a receiver asks for is at least ours, and a day at most', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const event = shipped();
    await reaction.act(event, signal);
    const dueAfter = async (askedPauseMs: number) => {
      answers = [{ outcome: 'REFUSED', status: 503, askedPauseMs }];
      await round();
      return (await deliveryLog.find(deliveryIdOf(HOOK, event.id)))!.dueAt - now;
    };
    expect(await dueAfter(1_000)).toBe(5_000);
    now += 5_000;
    expect(await dueAfter(1e18)).toBe(86_400_000);
  });

  test('a fault after the claim gives the delivery back at once', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const event = shipped();
    await reaction.act(event, signal);
    whileSending = () => {
      throw new Error('a fault');
    };
    await expect(round()).rejects.toThrow('a fault');
    whileSending = () => undefined;
    await round();
    const id = deliveryIdOf(HOOK, event.id);
    expect(sent).toEqual([id]);
    expect(await deliveryLog.find(id)).toMatchObject({ status: 'DELIVERED', attempts: 1 });
  });

  test('what a receiver took while the service stops is on record', async () => {
    const { reaction, deliveries, round, deliveryLog } = await instance();
    const stopping = new AbortController();
    const event = shipped();
    await reaction.act(event, signal);
    whileSending = () => stopping.abort();
    await deliveries.round(stopping.signal);
    await deliveries.settled();
    await round();
    expect(sent).toHaveLength(1);
    const id = deliveryIdOf(HOOK, event.id);
    expect(await deliveryLog.find(id)).toMatchObject({ status: 'DELIVERED', attempts: 1 });
  });

  test('two instances deliver an event once', async () => {
    const a = await instance('a');
    const b = await instance('b');
    await a.reaction.act(shipped(), signal);
    await Promise.all([a.round(), b.round()]);
    expect(sent).toHaveLength(1);
  });

  test('two instances deliver many events at once, each once, also where attempts fail', async () => {
    const [a, b] = [await instance('a'), await instance('b')];
    const events = Array.from({ length: 20 }, (_, index) => shipped(`order-${index}`));
    // The store may give an event to both.
    await Promise.all(
      events.flatMap((event) => [a, b].map((one) => one.reaction.act(event, signal))),
    );
    answers = Array.from({ length: 5 }, () => refused);
    await Promise.all([a.round(), b.round()]);
    expect(sent).toHaveLength(20);
    now += 10_000;
    await Promise.all([a.round(), b.round()]);
    expect(sent).toHaveLength(25);
    const ids = events.map(({ id }) => deliveryIdOf(HOOK, id));
    expect(new Set(sent)).toEqual(new Set(ids));
    for (const id of ids)
      expect(await a.deliveryLog.find(id)).toMatchObject({ status: 'DELIVERED' });
  });

  test('what an instance was at when it died is delivered by another one, with the same id', async () => {
    const a = await instance('a');
    const event = shipped();
    await a.reaction.act(event, signal);
    const id = deliveryIdOf(HOOK, event.id);
    expect(await a.deliveryLog.claim(id, now)).toBe(true);
    const b = await instance('b');
    await b.round();
    expect(sent).toEqual([]);
    now += 60_001;
    await b.round();
    expect(sent).toEqual([id]);
  });

  test('a delivery is made again when it is asked for, with all its attempts', async () => {
    const { reaction, round, deliveryLog } = await instance();
    const event = shipped();
    const id = deliveryIdOf(HOOK, event.id);
    await reaction.act(event, signal);
    await round();
    expect(await deliveryLog.again(id, now)).toBe(true);
    expect(await deliveryLog.again('no-such-delivery', now)).toBe(false);
    answers = [refused];
    await round();
    expect(await deliveryLog.find(id)).toMatchObject({ status: 'WAITING', attempts: 2 });
    expect(sent).toEqual([id, id]);
  });

  test('an event that the log has lost, and a secret that is not here, have an outcome', async () => {
    const { reaction, round, deliveryLog, secrets, untilOver } = await instance();
    const event = shipped();
    await reaction.act(event, signal);
    await secrets.forget(HOOK);
    await round();
    const id = deliveryIdOf(HOOK, event.id);
    expect(await deliveryLog.attemptsOf(id)).toMatchObject([{ outcome: 'NO_SECRET' }]);
    await secrets.make(HOOK);
    log.events.length = 0;
    now = (await deliveryLog.find(id))!.dueAt;
    await round();
    expect(await deliveryLog.attemptsOf(id)).toMatchObject([{}, { outcome: 'EVENT_GONE' }]);
    expect(await untilOver(id)).toBe('GIVEN_UP');
    expect(sent).toEqual([]);
  });

  test.each(['the event', 'the webhook', 'that the webhook was resumed'])(
    'what a leader that was replaced does not know is not given up: %s',
    async (unknown) => {
      const { reaction, round, deliveryLog, untilOver } = await instance();
      const event = shipped();
      await reaction.act(event, signal);
      const [known, events] = [state, [...log.events]];
      if (unknown === 'the event') log.events.length = 0;
      else {
        const stale = unknown === 'the webhook' ? [] : [{ ...webhook, isEnabled: false }];
        state = { ...state, webhooks: stale };
      }
      await round();
      const id = deliveryIdOf(HOOK, event.id);
      expect(await deliveryLog.find(id)).toMatchObject({ status: 'WAITING', attempts: 1 });
      state = known;
      log.events.splice(0, Infinity, ...events);
      expect(await untilOver(id)).toBe('DELIVERED');
      expect(sent).toEqual([id]);
    },
  );

  test('the tables keep nothing of an event, and old deliveries are forgotten', async () => {
    const { database, reaction, round, deliveryLog, deliveries } = await instance();
    const event = log.appendRaw('order-1', 'OrderShipped', { carrier: CANARY });
    await reaction.act(event, signal);
    await round();
    const tables = ['webhook_delivery', 'webhook_attempt', 'webhook_secret'];
    const found = tables.map((table) => database.query<object>(`SELECT * FROM ${table}`));
    const rows = (await Promise.all(found)).flat();
    expect(rows).toHaveLength(3);
    expect(JSON.stringify(rows)).not.toContain('canary');
    now += KEPT_MS + 1;
    await deliveries.forgetOld();
    expect(await deliveryLog.count(HOOK)).toBe(0);
    expect(await deliveryLog.attemptsOf(deliveryIdOf(HOOK, event.id))).toEqual([]);
  });

  test('the newest delivery is listed first, page by page', async () => {
    const { reaction, deliveryLog } = await instance();
    const ids: string[] = [];
    for (const stream of ['order-1', 'order-2', 'order-3']) {
      const event = shipped(stream);
      now += 1;
      await reaction.act(event, signal);
      ids.unshift(deliveryIdOf(HOOK, event.id));
    }
    const first = await deliveryLog.list(HOOK, 2, null);
    const last = first.at(-1)!;
    const rest = await deliveryLog.list(HOOK, 2, { at: last.plannedAt, id: last.id });
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
    expect(await deliveryLog.count(HOOK)).toBe(3);
  });
});
