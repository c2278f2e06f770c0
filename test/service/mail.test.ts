// The outbox of a service without an SMTP server: a file a mail, written once, and removed with its
// person.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialCart } from '../../src/domain/cart/state.js';
import { initialOrder } from '../../src/domain/order/state.js';
import type { OrderNews } from '../../src/mail/order-mail.js';
import { loadConfig } from '../../src/service/config.js';
import { startMail } from '../../src/service/mail.js';
import { startClaimants } from '../../src/service/outbox.js';
import { StartedParts } from '../../src/service/started-parts.js';
import { systemTime } from '../../src/waiting/time.js';
import { ORDER_ID, orderPlaced } from '../controls/cart.js';
import { recordedAs } from '../controls/recorded.js';

const placed = recordedAs<OrderNews>(orderPlaced(1_250), 0);
const contact = { keyId: 'a key', sealed: 'a text' };
const order = { ...initialOrder, id: ORDER_ID, currency: 'JPY', total: 1_250, contact };

let dataDir = '';
let parts = new StartedParts();
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-outbox-'));
  parts = new StartedParts();
});
afterEach(async () => {
  await parts.stop();
  await rm(dataDir, { recursive: true });
});

const log = { warn: () => undefined };

async function started(address: { readonly email: string } | undefined) {
  const config = loadConfig({ DATA_DIR: dataDir, DOTENV_PATH: join(dataDir, 'no.env') });
  const ports = {
    cart: () => Promise.resolve(initialCart),
    lastContact: () => Promise.resolve(null),
    orders: { freshState: () => Promise.resolve(order) },
    contacts: {
      open: () => Promise.resolve(address),
      openText: () => Promise.resolve(undefined),
    },
    ...{ time: systemTime, log },
    claimantOf: startClaimants(config, { time: systemTime, log }, parts),
  };
  const mails = await startMail(config, ports, parts);
  const attending = { signal: new AbortController().signal, onFailure: () => undefined };
  return { mails, tell: () => mails.orders.tell(ORDER_ID, placed, attending) };
}

const names = async () =>
  (await readdir(join(dataDir, 'outbox'))).filter((name) => name.endsWith('.eml'));

test('a mail is one file, which its person takes along', async () => {
  const { mails, tell } = await started({ email: 'ann@example.org' });
  await tell();
  await tell();
  const [name, ...others] = await names();
  expect(others).toEqual([]);
  const text = await readFile(join(dataDir, 'outbox', name!), 'utf8');
  expect(text).toContain('To: ann@example.org');
  expect(text).toContain('1,250');
  await mails.forget('another key');
  expect(await names()).toEqual([name]);
  await mails.forget(contact.keyId);
  expect(await names()).toEqual([]);
});

test('an erased person gets no mail', async () => {
  const { tell } = await started(undefined);
  await tell();
  expect(await names()).toEqual([]);
});

test('a table of mails that cannot be read is refused, since nothing can replace it', async () => {
  await started(undefined);
  await parts.stop();
  await writeFile(join(dataDir, 'outbox/mail.sqlite'), 'no database'.repeat(1_000));
  await expect(started(undefined)).rejects.toMatchObject({
    name: 'DataFolderError',
    message: expect.stringContaining('mail.sqlite cannot be used'),
  });
});
