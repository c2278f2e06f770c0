// Claims on a Postgres that several instances share: those of an instance that has ended are over
// within seconds, and those of one that lives are not, whatever befalls its connections.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MailLog } from '../../src/mail/mail-log.js';
import { claimantWithoutLock, type Claimant } from '../../src/read-models/claimant.js';
import { LockedClaimant } from '../../src/read-models/locked-claimant.js';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { postgresClaimLocks } from '../../src/read-models/postgres-claim-locks.js';
import { systemTime } from '../../src/waiting/time.js';
import { DeliveryLog } from '../../src/webhooks/delivery-log.js';
import { NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { TcpProxy } from '../soak/tcp-proxy.js';
import { describeOnPostgres, sharedPostgres } from './databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const newDatabase = sharedPostgres();
const MAIL = '<order-1.OrderPlaced@example.com>';
const DELIVERY = 'a-delivery';
/** For longer than a claimant that lives is without its lock. */
const GRACE_MS = 3_000;
const LIMITS = { connections: 2, answerMs: 5_000 };

describeOnPostgres('claims of instances that share Postgres', () => {
  let databaseUrl: string;
  let nowMs: number;

  beforeEach(async () => {
    databaseUrl = await newDatabase();
    nowMs = NOON;
  });

  async function logsOf(claimant: Claimant) {
    const database = PostgresDatabase.open(databaseUrl, LIMITS);
    cleanup.add(() => database.close());
    return {
      mails: await MailLog.on(database, claimant),
      deliveries: await DeliveryLog.on(database, claimant),
    };
  }

  /** It looks for claims that are over when the test says so, on the test's clock. */
  async function newInstance() {
    const { hostname: host, port } = new URL(databaseUrl);
    const line = await TcpProxy.start(() => ({ host, port: Number(port) }));
    cleanup.add(() => line.close());
    const through = new URL(databaseUrl);
    through.port = String(line.port);
    const clock = { now: () => nowMs, monotonicMs: () => nowMs, background: () => () => undefined };
    const claimant = new LockedClaimant({
      ...{ locks: postgresClaimLocks(through.href), time: { ...systemTime, ...clock } },
      onFault: () => undefined,
    });
    cleanup.add(() => claimant.close());
    const logs = await logsOf(claimant);
    const claimMail = () => logs.mails.claim(MAIL, 'a key', nowMs);
    await nameOf(claimant);
    return { claimant, line, ...logs, claimMail };
  }

  /** Looks twice, as long apart as a claimant that lives may be without its lock. */
  async function lookLongEnough(claimant: LockedClaimant): Promise<void> {
    await claimant.look();
    nowMs += GRACE_MS;
    await claimant.look();
  }

  /** Resolves with its name once it may claim under one, other than `before`. */
  async function nameOf(claimant: LockedClaimant, before?: string): Promise<string> {
    for (;;) {
      const name = nameNow(claimant);
      if (name !== undefined && name !== before) return name;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function nameNow(claimant: LockedClaimant): string | undefined {
    try {
      return claimant.claiming().name;
    } catch {
      return undefined;
    }
  }

  async function untilLost(claimant: LockedClaimant): Promise<void> {
    while (nameNow(claimant) !== undefined) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function planned({ deliveries }: { readonly deliveries: DeliveryLog }): Promise<void> {
    const event = { eventId: 'e', eventType: 'OrderPlaced', stream: 'order-1', revision: 0 };
    await deliveries.plan({ id: DELIVERY, webhookId: 'w', ...event }, nowMs);
  }

  test('of one that has ended are over within seconds', async () => {
    const [a, b] = [await newInstance(), await newInstance()];
    await planned(a);
    expect(await a.claimMail()).toBe('ours');
    expect(await a.deliveries.claim(DELIVERY, nowMs)).toBe(true);
    await a.claimant.close();
    expect(await b.claimMail()).toBe('with another instance');
    expect(await b.deliveries.due('w', nowMs, 1)).toEqual([]);
    await lookLongEnough(b.claimant);
    expect(await b.claimMail()).toBe('ours');
    expect(await b.deliveries.due('w', nowMs, 1)).toMatchObject([{ id: DELIVERY }]);
    expect(await b.deliveries.claim(DELIVERY, nowMs)).toBe(true);
  });

  test('of one that has ended with a mail in its hands leave the mail in doubt', async () => {
    const [a, b] = [await newInstance(), await newInstance()];
    await a.claimMail();
    expect(await a.mails.handOver(MAIL)).toBe(true);
    await a.claimant.close();
    expect(await b.claimMail()).toBe('with another instance');
    await lookLongEnough(b.claimant);
    expect(await b.claimMail()).toBe('unknown');
  });

  test('of one that lives are not over, however long it takes', async () => {
    const [a, b] = [await newInstance(), await newInstance()];
    await planned(a);
    await a.claimMail();
    await a.deliveries.claim(DELIVERY, nowMs);
    for (let looks = 0; looks < 5; looks += 1) await lookLongEnough(b.claimant);
    expect(await b.claimMail()).toBe('with another instance');
    expect(await b.deliveries.claim(DELIVERY, nowMs)).toBe(false);
  });

  test('pass to the new name of one whose connection broke, and to nobody else', async () => {
    const [a, b] = [await newInstance(), await newInstance()];
    await planned(a);
    await a.claimMail();
    await a.deliveries.claim(DELIVERY, nowMs);
    const before = await nameOf(a.claimant);
    await b.claimant.look();
    a.line.cut();
    await nameOf(a.claimant, before);
    await lookLongEnough(b.claimant);
    await lookLongEnough(b.claimant);
    expect(await b.claimMail()).toBe('with another instance');
    expect(await b.deliveries.claim(DELIVERY, nowMs)).toBe(false);
    expect(await a.mails.handOver(MAIL)).toBe(true);
    const attempt = { at: nowMs, durationMs: 1, httpStatus: 500, outcome: 'REFUSED' };
    await a.deliveries.note({ id: DELIVERY }, attempt, { status: 'WAITING', dueAt: nowMs + 1 });
    expect(await b.deliveries.find(DELIVERY)).toMatchObject({ attempts: 1, dueAt: nowMs + 1 });
  });

  test('of one that stays cut off are over, and it sends nothing until it has its lock', async () => {
    const [a, b] = [await newInstance(), await newInstance()];
    await planned(a);
    await a.claimMail();
    await a.deliveries.claim(DELIVERY, nowMs);
    a.line.refuse();
    await untilLost(a.claimant);
    const away = { name: 'ReadModelsUnavailableError' };
    await expect(a.claimMail()).rejects.toMatchObject(away);
    await expect(a.mails.handOver(MAIL)).rejects.toMatchObject(away);
    await lookLongEnough(b.claimant);
    expect(await b.claimMail()).toBe('ours');
    expect(await b.deliveries.claim(DELIVERY, nowMs)).toBe(true);
    a.line.letThrough();
    await nameOf(a.claimant);
    // What the other one has by now is not handed over, or made due again.
    expect(await a.mails.handOver(MAIL)).toBe(false);
    const attempt = { at: nowMs, durationMs: 1, httpStatus: 500, outcome: 'REFUSED' };
    await a.deliveries.note({ id: DELIVERY }, attempt, { status: 'WAITING', dueAt: nowMs + 1 });
    expect(await a.deliveries.find(DELIVERY)).toMatchObject({ attempts: 1, dueAt: NOON });
    // What is known counts: a receiver that has taken it needs no other attempt.
    expect(await b.mails.handOver(MAIL)).toBe(true);
    const taken = { at: nowMs, durationMs: 1, httpStatus: 200, outcome: 'DELIVERED' };
    await a.deliveries.note({ id: DELIVERY }, taken, { status: 'DELIVERED', dueAt: nowMs });
    const later = { ...attempt, durationMs: 2 };
    await b.deliveries.note({ id: DELIVERY }, later, { status: 'WAITING', dueAt: nowMs });
    expect(await b.deliveries.find(DELIVERY)).toMatchObject({ status: 'DELIVERED', attempts: 3 });
  });

  test('of an earlier release, which has no lock, end by time alone', async () => {
    const b = await newInstance();
    const database = PostgresDatabase.open(databaseUrl, LIMITS);
    cleanup.add(() => database.close());
    const old = await logsOf(claimantWithoutLock(systemTime.newId(), database, false));
    await old.mails.claim(MAIL, 'a key', nowMs);
    await lookLongEnough(b.claimant);
    expect(await b.claimMail()).toBe('with another instance');
    nowMs += 120_001;
    expect(await b.claimMail()).toBe('ours');
  });
});
