// Mails to a real SMTP server that behaves in every way that a server can.
import { afterEach, expect, test } from '@jest/globals';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { initialOrder, type OrderState } from '../../src/domain/order/state.js';
import { MailLog } from '../../src/mail/mail-log.js';
import type { OrderNews } from '../../src/mail/order-mail.js';
import { MailSender } from '../../src/mail/mail-sender.js';
import { OrderMails } from '../../src/mail/order-mails.js';
import { SmtpServer } from '../../src/mail/smtp-server.js';
import { claimantWithoutLock } from '../../src/read-models/claimant.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { systemTime } from '../../src/waiting/time.js';
import { recordedAs } from '../controls/recorded.js';
import { ORDER_ID, orderPlaced } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const contact = { keyId: 'a key', sealed: 'a text' };
const email = 'ann@example.org';
const order: OrderState = {
  ...initialOrder,
  ...{ id: ORDER_ID, currency: 'GBP', total: 1_250, contact },
  lines: [
    {
      ...{ sku: 'MUG', name: 'A <mug> & more', quantity: 2, unitPrice: 625 },
      ...{ subtotal: 1_250, discount: 0, total: 1_250 },
    },
  ],
};
const placed = recordedAs<OrderNews>(orderPlaced(1_250), 0);

/** Waits for nothing, so that pauses cost no time. */
const time = { ...systemTime, after: (_ms: number, task: () => void) => systemTime.after(0, task) };

interface Received {
  readonly to: readonly string[];
  readonly content: string;
}

/** A server that takes mails, apart from what the options say. */
async function serve(options: SMTPServerOptions = {}, port = 0) {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
    onData: (stream, { envelope }, done) => {
      let content = '';
      stream.on('data', (chunk) => (content += String(chunk)));
      stream.on('end', () => {
        received.push({ to: envelope.rcptTo.map(({ address }) => address), content });
        done();
      });
    },
    ...options,
  });
  // Clients that leave half-way are part of the tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  cleanup.add(close);
  return { received, port: (server.server.address() as AddressInfo).port, close };
}

/** A server of bytes: answers each connection as it is told to. */
async function serveRaw(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.add(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function mailing(port: number, file = new DatabaseSync(':memory:'), address = email) {
  const failures: string[] = [];
  let failed = () => {};
  const stopping = new AbortController();
  const database = SqliteDatabase.on(file);
  const log = await MailLog.on(database, claimantWithoutLock(systemTime.newId(), database, true));
  const contacts = {
    open: () => Promise.resolve({ email: address }),
    openText: () => Promise.resolve(undefined),
  };
  const sender = new MailSender({
    ...{ contacts, log, time, from: 'shop@example.com' },
    carrier: new SmtpServer(new URL(`smtp://127.0.0.1:${port}`)),
  });
  const mails = new OrderMails({
    orders: { freshState: () => Promise.resolve(order) },
    ...{ contacts, sender },
  });
  const onFailure = (fault: unknown) => {
    failures.push(String(fault));
    failed();
  };
  const tell = () => mails.tell(ORDER_ID, placed, { signal: stopping.signal, onFailure });
  const failure = new Promise<void>((resolve) => (failed = resolve));
  return { tell, failures, failure, stopping, file };
}

test('an order is confirmed in text and HTML, with its lines and money', async () => {
  const { port, received } = await serve();
  await (await mailing(port)).tell();
  expect(received).toHaveLength(1);
  const [{ to, content }] = received as [Received];
  expect(to).toEqual([email]);
  expect(content).toContain(`Message-ID: <${ORDER_ID}.OrderPlaced@example.com>`);
  expect(content).toContain('Subject: We have your order');
  expect(content).toMatch(/text\/plain[^]*text\/html/);
  expect(content).toContain('12.50');
  // Quoted-printable breaks long lines.
  expect(content.replaceAll('=\r\n', '')).toContain('A &lt;mug&gt; &amp; more');
});

test('a domain is told a server in the spelling that every server knows', async () => {
  let said = '';
  const port = await serveRaw((socket) => {
    socket.on('data', (chunk) => (said += String(chunk)));
    untilContent(() => socket.write('250 taken\r\n'))(socket);
  });
  await (await mailing(port, undefined, 'Ann.Doe@Bücher.example')).tell();
  expect(said).toContain('RCPT TO:<Ann.Doe@xn--bcher-kva.example>');
  expect(said).toContain('To: Ann.Doe@xn--bcher-kva.example');
});

test('news that comes again, also after a restart, sends nothing', async () => {
  const { port, received } = await serve();
  const { tell, file } = await mailing(port);
  await tell();
  await tell();
  await (await mailing(port, file)).tell();
  expect(received).toHaveLength(1);
});

test('a server that is away is tried again until it is back', async () => {
  const first = await serve();
  await first.close();
  const { tell, failure, failures } = await mailing(first.port);
  const telling = tell();
  await failure;
  const { received } = await serve({}, first.port);
  await telling;
  expect(received).toHaveLength(1);
  expect(failures[0]).toMatch(/MailAwayError/);
});

test('a refused address fails that mail, and no reason names the address', async () => {
  const { port, received } = await serve({
    onRcptTo: ({ address }, _session, done) =>
      done(Object.assign(new Error(`no ${address} here`), { responseCode: 550 })),
  });
  const { tell } = await mailing(port);
  const refusal = await tell().catch((error: unknown) => error as Error);
  expect(refusal).toMatchObject({ name: 'MailRefusedError' });
  expect(String(refusal)).not.toContain(email);
  expect(received).toEqual([]);
});

test.each(['onMailFrom', 'onRcptTo'] as const)(
  'a server that lets the %s wait is asked again, and takes the mail once',
  async (step) => {
    let refusals = 2;
    const { port, received } = await serve({
      [step]: (_address: unknown, _session: unknown, done: (error?: Error) => void) =>
        refusals-- > 0
          ? done(Object.assign(new Error(`${email} is greylisted`), { responseCode: 450 }))
          : done(),
    });
    const { tell, failures } = await mailing(port);
    await tell();
    await tell();
    expect(received).toHaveLength(1);
    expect(failures).toHaveLength(2);
    expect(failures.join()).not.toContain(email);
  },
);

test('a refused content may be sent again, since it was not taken', async () => {
  let refusals = 1;
  const { port, received } = await serve({
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on('end', () => {
        received.push({ to: [], content: '' });
        done(refusals-- > 0 ? Object.assign(new Error('full'), { responseCode: 452 }) : null);
      });
    },
  });
  const { tell } = await mailing(port);
  await expect(tell()).rejects.toMatchObject({ name: 'MailRefusedError' });
  await tell();
  await tell();
  expect(received).toHaveLength(2);
});

test('a mail that is taken while the service stops counts as sent', async () => {
  let stop = () => {};
  const { port, received } = await serve({
    onData: (stream, _session, done) => {
      stream.resume();
      stream.on('end', () => {
        received.push({ to: [], content: '' });
        stop();
        done();
      });
    },
  });
  const { tell, stopping, file } = await mailing(port);
  stop = () => stopping.abort(new Error('stopped'));
  await tell();
  await (await mailing(port, file)).tell();
  expect(received).toHaveLength(1);
});

/** Talks as a server up to the content, and then does what it is told to. */
const untilContent = (end: (socket: Socket) => void) => (socket: Socket) => {
  let isContent = false;
  socket.write('220 hello\r\n');
  socket.on('data', (chunk) => {
    const text = String(chunk);
    if (isContent) {
      if (text.endsWith('\r\n.\r\n')) end(socket);
    } else if (text.startsWith('DATA')) {
      isContent = true;
      socket.write('354 go on\r\n');
    } else socket.write('250 fine\r\n');
  });
};

const ends: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes after the content': (socket) => socket.destroy(),
  'answers the content with garbage': (socket) => socket.end('\u0000\u0001 what\r\n'),
};

test.each(Object.keys(ends))('a server that %s leaves open what became of it', async (how) => {
  let contents = 0;
  const port = await serveRaw(
    untilContent((socket) => {
      contents += 1;
      ends[how]!(socket);
    }),
  );
  const { tell, file } = await mailing(port);
  await expect(tell()).rejects.toThrow();
  // Not again, by this run or the next one.
  await expect(tell()).rejects.toThrow('not known');
  await expect((await mailing(port, file)).tell()).rejects.toThrow('not known');
  expect(contents).toBe(1);
});

test('a server that answers the content twice has taken one mail', async () => {
  let contents = 0;
  const port = await serveRaw(
    untilContent((socket) => {
      contents += 1;
      socket.write('250 taken\r\n250 taken\r\n');
    }),
  );
  const { tell } = await mailing(port);
  await tell();
  await tell();
  expect(contents).toBe(1);
});

const beginnings: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes at once': (socket) => socket.destroy(),
  'talks garbage': (socket) => socket.end('\u0000 what\r\n'),
  'closes half-way through a greeting': (socket) => socket.end('22'),
};

test.each(Object.keys(beginnings))('a server that %s counts as away', async (how) => {
  const port = await serveRaw(beginnings[how]!);
  const { tell, failure, failures, stopping } = await mailing(port);
  const telling = tell();
  await failure;
  stopping.abort(new Error('stopped'));
  await expect(telling).rejects.toThrow('stopped');
  expect(failures[0]).toMatch(/MailAwayError/);
});
