// Instances that share the table of mails, with claims that end by time: each mail goes out once,
// also when one of them dies at any point of sending it. On each database; a test sets the time.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type MailCarrier, MailRefusedError } from '../../src/mail/carrier.js';
import { MailLog } from '../../src/mail/mail-log.js';
import { type MailDraft, MailSender, type MailSenderPorts } from '../../src/mail/mail-sender.js';
import { PersonKeyError } from '../../src/personal-data/personal-data.js';
import { claimantWithoutLock } from '../../src/read-models/claimant.js';
import type { Database } from '../../src/read-models/database.js';
import { systemTime } from '../../src/waiting/time.js';
import { NOON } from '../controls/recorded.js';
import { Cleanup } from '../event-store/nodes.js';
import { describeOnBoth, newDatabases } from '../read-models/databases.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const draft: MailDraft = {
  ...{ name: 'order-1.OrderPlaced', occurredAt: NOON },
  contact: { keyId: 'a key', sealed: 'a text' },
  mail: { subject: 'We have your order', text: 'Thank you', html: '<p>Thank you</p>' },
};
const ann = { open: () => Promise.resolve({ email: 'ann@example.org' }) };
const forever = new Promise<never>(() => undefined);
/** For longer than an instance may take with a mail. */
const CLAIM_MS = 120_001;

describeOnBoth('mails in %s', newDatabases(cleanup), (open) => {
  let openDatabase: () => Database;
  let now: number;
  /** By which instance each mail went out. */
  let sent: string[];
  /** Whether the claim of a dead instance runs out in a pause. */
  let isWaiting: boolean;

  beforeEach(async () => {
    openDatabase = await open();
    now = NOON;
    sent = [];
    isWaiting = false;
  });

  /** An instance whose pauses take no time. */
  async function instance(
    name: string,
    carry?: MailCarrier['carry'],
    contacts: MailSenderPorts['contacts'] = ann,
  ) {
    const database = openDatabase();
    const log = await MailLog.on(database, claimantWithoutLock(name, database, false));
    const failures: string[] = [];
    const time = {
      ...systemTime,
      now: () => now,
      after: (_ms: number, task: () => void) => {
        if (isWaiting) now += CLAIM_MS;
        return systemTime.after(0, task);
      },
    };
    const carrier: MailCarrier = {
      carry:
        carry ??
        (async (_mail, handing) => {
          await handing();
          sent.push(name);
        }),
      forget: () => Promise.resolve(),
    };
    const sender = new MailSender({ log, time, carrier, contacts, from: 'shop@example.com' });
    const { signal } = new AbortController();
    const onFailure = (fault: unknown) => failures.push(String(fault));
    return {
      failures,
      send: (name = draft.name) =>
        sender.send(() => Promise.resolve({ ...draft, name }), { signal, onFailure }),
    };
  }

  /** What an instance does until it dies at this point; it never comes back. */
  async function diesWhen(point: 'claimed' | 'handed' | 'taken'): Promise<void> {
    isWaiting = true;
    await new Promise<void>((resolve, reject) => {
      const carry: MailCarrier['carry'] = async (_mail, handing) => {
        if (point !== 'claimed') await handing();
        if (point === 'taken') sent.push('the dead');
        resolve();
        return forever;
      };
      instance('the dead', carry)
        .then((dead) => dead.send(), reject)
        .catch(reject);
    });
  }

  test('two instances that get an event at once send it once', async () => {
    const [a, b] = [await instance('a'), await instance('b')];
    await Promise.all([a.send(), b.send()]);
    await Promise.all([a.send(), b.send()]);
    expect(sent).toHaveLength(1);
  });

  test('mails that a server takes later hold up no other, and few are on their way', async () => {
    let isTaking = false;
    let underWay = 0;
    let most = 0;
    let fill = () => {};
    const full = new Promise<void>((resolve) => (fill = resolve));
    const carry: MailCarrier['carry'] = async ({ messageId }, handing) => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 16) setImmediate(fill);
      await full;
      underWay -= 1;
      if (messageId.startsWith('<later') && !isTaking) throw new MailRefusedError('later', true);
      await handing();
      sent.push(messageId);
    };
    const a = await instance('a', carry);
    const later = Promise.all(Array.from({ length: 40 }, (_, n) => a.send(`later-${n}`)));
    await a.send('at once');
    expect(sent).toEqual(['<at once@example.com>']);
    isTaking = true;
    await later;
    expect(new Set(sent).size).toBe(41);
    expect(most).toBe(16);
  });

  test.each([
    ['comes', true, 5],
    ['would never come', false, 1],
  ])('a key of the person that %s from another instance', async (_what, mayCome, asked) => {
    let asks = 0;
    const late = async () => {
      asks += 1;
      if (asks < 5) throw new PersonKeyError('The key is not here', mayCome);
      return ann.open();
    };
    const a = await instance('a', undefined, { open: late });
    if (mayCome) await a.send();
    else await expect(a.send()).rejects.toThrow('not here');
    expect(sent).toEqual(mayCome ? ['a'] : []);
    expect(asks).toBeGreaterThanOrEqual(asked);
    expect(a.failures).toHaveLength(asked - 1);
  });

  test('one that dies before the content is handed over leaves it to the other one', async () => {
    await diesWhen('claimed');
    const b = await instance('b');
    await b.send();
    await b.send();
    expect(b.failures[0]).toContain('Another instance sends it');
    expect(sent).toEqual(['b']);
  });

  test.each(['handed', 'taken'] as const)(
    'of one that dies when the content is %s, the other one says that nobody knows',
    async (point) => {
      await diesWhen(point);
      const b = await instance('b');
      await expect(b.send()).rejects.toThrow('Whether the mail was sent is not known');
      await expect(b.send()).rejects.toThrow('Whether the mail was sent is not known');
      expect(sent).toEqual(point === 'taken' ? ['the dead'] : []);
    },
  );
});
