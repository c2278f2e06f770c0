// What begins, waits and is refused when more is asked than the service can do.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Admission } from '../../src/http/admission.js';
import type { ApiServices } from '../../src/graphql/services.js';
import { systemTime, turn } from '../../src/waiting/time.js';
import { withTimeout } from '../../src/waiting/with-timeout.js';
import { HandTime } from '../support/hand-time.js';
import { answer, cartId, codeOf, guestToken, parts, post, serve, type Served } from './served.js';
import { Client } from './socket-client.js';

const settled = () => turn(systemTime);
const somebody = { address: '192.0.2.1', isWaiting: () => true };
const gone = { ...somebody, isWaiting: () => false };

let time: HandTime;
let refused: number;
let begun: string[];
beforeEach(() => {
  time = new HandTime();
  refused = 0;
  begun = [];
});

const pass = (ms: number): Promise<void> => {
  time.passTo(time.at + ms);
  return settled();
};

const endTurn = async (): Promise<number> => {
  const tasks = time.endTurn();
  await settled();
  return tasks;
};

const admission = (limits: { readonly perTurn: number; readonly commands: number }) =>
  new Admission(() => (refused += 1), { ...limits, turnMs: 50, patienceMs: 1_000 }, time);

/** Notes that it begins, and ends when it is told to. */
function command(of: Admission, name: string, caller = somebody) {
  let end: () => void = () => undefined;
  const outcome = of.command(caller, () => {
    begun.push(name);
    return new Promise<string>((resolve) => (end = () => resolve(name)));
  });
  const failure = outcome.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { outcome, failure, end: () => end() };
}

describe('turns of the event loop', () => {
  function ask(of: Admission, names: readonly string[], caller = somebody): void {
    for (const name of names) {
      const waited = of.turn(caller);
      if (waited === undefined) begun.push(name);
      else waited.then(() => begun.push(name)).catch(() => begun.push(`${name} refused`));
    }
  }

  test('each begins a bounded number of operations, in the order in which they came', async () => {
    const of = admission({ perTurn: 2, commands: 9 });
    ask(of, ['a', 'b', 'c', 'd', 'e']);
    expect(begun).toEqual(['a', 'b']);
    await endTurn();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    ask(of, ['f']);
    await endTurn();
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(refused).toBe(0);
  });

  test('fewer begin after a turn that took long, and more again after short ones', async () => {
    const of = admission({ perTurn: 8, commands: 9 });
    const names = Array.from({ length: 60 }, (_, n) => String(n));
    ask(of, names);
    const begunIn = async (turnMs: number): Promise<number> => {
      const before = begun.length;
      await pass(turnMs);
      await endTurn();
      return begun.length - before;
    };
    expect(begun).toHaveLength(8);
    expect(await begunIn(50)).toBe(8);
    expect(await begunIn(100)).toBe(4);
    expect(await begunIn(400)).toBe(1);
    expect(await begunIn(10)).toBe(2);
    expect(await begunIn(10)).toBe(4);
    expect(await begunIn(10)).toBe(8);
    expect(await begunIn(10)).toBe(8);
    expect(begun).toEqual(names.slice(0, begun.length));
  });

  test('addresses take turns: one that asks much delays itself', async () => {
    const of = admission({ perTurn: 2, commands: 9 });
    ask(of, ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
    ask(of, ['b1', 'b2'], { ...somebody, address: '192.0.2.2' });
    ask(of, ['c1'], { ...somebody, address: '192.0.2.3' });
    for (let n = 0; n < 4; n += 1) await endTurn();
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'b2', 'a5', 'a6']);
  });

  test('nothing is watched when nothing begins', async () => {
    const of = admission({ perTurn: 2, commands: 9 });
    ask(of, ['a']);
    expect(await endTurn()).toBe(1);
    expect(await endTurn()).toBe(0);
    ask(of, ['b', 'c']);
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  test('an operation without a turn in time is refused, and those after it go on', async () => {
    const of = admission({ perTurn: 1, commands: 9 });
    ask(of, ['a', 'b']);
    await pass(600);
    ask(of, ['c']);
    await pass(400);
    expect(begun).toEqual(['a', 'b refused']);
    expect(refused).toBe(1);
    await endTurn();
    expect(begun).toEqual(['a', 'b refused', 'c']);
    await pass(5_000);
    expect(refused).toBe(1);
  });

  test('one that is not to be refused waits as long as it takes', async () => {
    const of = admission({ perTurn: 1, commands: 9 });
    ask(of, ['a']);
    void of.turn(somebody, Infinity)?.then(() => begun.push('patient'));
    ask(of, ['b']);
    await pass(1_000);
    await pass(3_600_000);
    expect(begun).toEqual(['a', 'b refused']);
    await endTurn();
    expect(begun).toEqual(['a', 'b refused', 'patient']);
  });

  test('an operation that nobody waits for takes no turn', async () => {
    const of = admission({ perTurn: 1, commands: 9 });
    ask(of, ['a']);
    ask(of, ['gone'], gone);
    ask(of, ['b']);
    await endTurn();
    expect(begun.toSorted()).toEqual(['a', 'b', 'gone refused']);
    expect(refused).toBe(0);
  });
});

describe('commands', () => {
  test('so many are under way, and others begin as they end, the oldest first', async () => {
    const of = admission({ perTurn: 9, commands: 2 });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => command(of, name));
    expect(begun).toEqual(['a', 'b']);
    b!.end();
    expect(await b!.outcome).toBe('b');
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
    a!.end();
    c!.end();
    await settled();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    d!.end();
    expect(await d!.outcome).toBe('d');
  });

  test('one that fails gives its place back, too', async () => {
    const of = admission({ perTurn: 9, commands: 1 });
    const fault = new Error('a fault');
    await expect(of.command(somebody, () => Promise.reject(fault))).rejects.toBe(fault);
    const thrown = of.command(somebody, () => {
      throw fault;
    });
    await expect(thrown).rejects.toBe(fault);
    const next = command(of, 'next');
    next.end();
    expect(await next.outcome).toBe('next');
  });

  test('never more are under way than may be, whatever is asked while one ends', async () => {
    const of = admission({ perTurn: 9, commands: 2 });
    let [running, most] = [0, 0];
    const followed = async (): Promise<void> => {
      await of.command(somebody, work);
      // Asked in the turn in which a place has just become free.
      await of.command(somebody, work);
    };
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await settled();
      running -= 1;
    };
    const ask = async (): Promise<void> => {
      for (let n = 0; n < 10; n += 1) await followed();
    };
    await Promise.all(Array.from({ length: 10 }, ask));
    expect([running, most, refused]).toEqual([0, 2, 0]);
  });

  test('one that cannot begin in time is refused, and hears when to try again', async () => {
    const of = admission({ perTurn: 9, commands: 1 });
    const running = command(of, 'running');
    const waiting = command(of, 'waiting');
    await pass(999);
    const later = command(of, 'later');
    await pass(1);
    expect(await waiting.failure).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      httpStatus: 503,
      details: { retryAfterSeconds: 1 },
    });
    running.end();
    await settled();
    expect(begun).toEqual(['running', 'later']);
    later.end();
    expect([await later.outcome, refused]).toEqual(['later', 1]);
  });

  test('one whose caller has gone does not begin', async () => {
    const of = admission({ perTurn: 9, commands: 1 });
    const running = command(of, 'running');
    const left = command(of, 'left', gone);
    const next = command(of, 'next');
    running.end();
    await settled();
    expect(await left.failure).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    next.end();
    expect([await next.outcome, begun, refused]).toEqual(['next', ['running', 'next'], 0]);
  });
});

describe('a service whose commands do not end', () => {
  let served: Served;
  let release: () => void;
  let begins = 0;
  beforeAll(async () => {
    const held = new Promise<void>((resolve) => (release = resolve));
    const services = parts();
    const change: ApiServices['carts']['change'] = async () => {
      begins += 1;
      await held;
      throw new Error('a fault after all');
    };
    served = await serve({
      services: parts({ carts: { ...services.carts, change } }),
      admissionLimits: { commands: 3, patienceMs: 300 },
    });
  });
  afterAll(() => served.stop());

  const apply = `mutation { applyCoupon(input: { cartId: "${cartId}", code: "SPRING" }) { cart { id } } }`;
  const headers = { 'x-cart-token': guestToken };
  const send = (query: string) => post(served.graphqlUrl, { query }, headers);

  test('refuses more of them, answers queries, and counts what it refused', async () => {
    const held = Array.from({ length: 3 }, () => send(apply));
    while (begins < 3) await settled();
    const response = await fetch(served.graphqlUrl, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query: apply }),
    });
    expect(response.headers.get('retry-after')).toBe('1');
    const more = await answer(response);
    expect([more.status, codeOf(more)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    const asked = await withTimeout(send('{ __typename }'), 5_000, () => new Error('no answer'));
    expect(asked.body.data).toEqual({ __typename: 'Query' });

    const client = await Client.acknowledged(served.websocketUrl, { cartToken: guestToken });
    client.subscribe('command', apply);
    expect(await client.until(({ id }) => id === 'command')).toMatchObject({
      payload: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 } }] },
    });
    client.subscribe('query', '{ __typename }');
    expect(await client.until(({ id }) => id === 'query')).toMatchObject({
      payload: { data: { __typename: 'Query' } },
    });
    client.socket.terminate();

    const metrics = await (await fetch(new URL('/metrics', served.graphqlUrl))).text();
    expect(metrics).toMatch(/^cartograph_operations_refused_total 2$/m);
    expect(begins).toBe(3);
    release();
    for (const { status } of await Promise.all(held)) expect(status).toBe(200);
    expect((await send(apply)).status).toBe(200);
    expect(begins).toBe(4);
  });
});
