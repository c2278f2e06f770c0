// Postgres stops answering while its connections stay open: who waits for it waits no longer than
// the limit, whatever of the pool's stages the time goes to.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { PostgresDatabase } from '../../src/read-models/postgres.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';
import { delay, systemTime } from '../../src/waiting/time.js';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const message = (type: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')]);
};
const READY = message('Z', 'I');
const SIGNED_IN = Buffer.concat([message('R', '\0\0\0\0'), READY]);
const DONE = Buffer.concat([message('C', 'SET\0'), READY]);
const ANSWER_MS = 400;
const REST_MS = 60_000;

describe('when Postgres freezes', () => {
  const sockets = new Set<Socket>();
  let server: Server;
  let setsUp: boolean;
  let database: PostgresDatabase;

  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      // The driver sends its first three messages one after the other's answer.
      const answers = [SIGNED_IN, ...(setsUp ? [DONE] : [])];
      socket.on('data', () => {
        const answer = answers.shift();
        if (answer) socket.write(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const limits = { connections: 1, answerMs: ANSWER_MS, restMs: REST_MS };
    database = PostgresDatabase.open(`postgres://one@127.0.0.1:${port}/shop`, limits);
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await database.close();
    server.close();
  });

  it('gives a statement up in time that also had to wait for a connection', async () => {
    setsUp = true;
    const first = outcomeOf(database.query('SELECT 1'));
    // It gets the connection's successor shortly before its own time is over.
    await delay(systemTime, ANSWER_MS / 10);
    expect(await inTime(outcomeOf(database.query('SELECT 2')))).toBeInstanceOf(
      ReadModelsUnavailableError,
    );
    expect(await first).toBeInstanceOf(ReadModelsUnavailableError);
  });

  it('gives a statement up in time whose connection is not set up', async () => {
    setsUp = false;
    expect(await inTime(outcomeOf(database.query('SELECT 1')))).toBeInstanceOf(
      ReadModelsUnavailableError,
    );
  });

  it('does not let the next statement wait again', async () => {
    setsUp = true;
    await outcomeOf(database.query('SELECT 1'));
    const atOnce = delay(systemTime, ANSWER_MS / 2).then(() => 'waits');
    expect(await Promise.race([outcomeOf(database.query('SELECT 2')), atOnce])).toBeInstanceOf(
      ReadModelsUnavailableError,
    );
  });
});

/** What it is refused with. */
const outcomeOf = (statement: Promise<unknown>) =>
  statement.then(
    () => 'an answer',
    (error: unknown) => error,
  );

/** Timers of one process end in their order, however busy the machine is. */
const inTime = (outcome: Promise<unknown>) =>
  Promise.race([outcome, delay(systemTime, 1.5 * ANSWER_MS).then(() => 'late')]);
