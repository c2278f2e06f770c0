// Two projector loops on one database: one projects, the other one follows its reports. What the
// follower tells is true also where notifications were lost, or were sent before it came.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { ProjectorLoop } from '../../src/projections/projector-loop.js';
import type { ProjectorProgress } from '../../src/projections/projector-progress.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { migrate } from '../../src/read-models/migrations.js';
import type { ProjectorRole, Told } from '../../src/read-models/projector-role.js';
import { RowStore } from '../../src/read-models/row-store.js';
import { SqliteDatabase } from '../../src/read-models/sqlite.js';
import { added, CART_ID, opened } from '../controls/cart.js';
import { Cleanup } from '../event-store/nodes.js';
import { ScriptedLog } from '../subscriptions/scripted-log.js';
import { passingTime } from '../support/passing-time.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const cart = `cart-${CART_ID}`;

/** The first that asks has the role until it loses it; then the one that waits has it. */
class Board {
  /** While set, notifications are lost. */
  isDeaf = false;
  private holder: AbortController | undefined;
  private next: ((role: AbortSignal) => void) | undefined;
  private isBroken = false;
  private readonly listeners: ((told: Told) => void)[] = [];

  role(): ProjectorRole {
    return {
      term: undefined,
      hold: (signal) => this.hold(signal),
      tell: (_statements, told) => {
        if (this.isBroken && told.standing === undefined) return this.failToCommit();
        if (!this.isDeaf) for (const listener of this.listeners) listener(told);
        return Promise.resolve();
      },
      follow: (listener) => {
        this.listeners.push(listener);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }

  /** The next commit fails; that the role is lost shows a moment later. */
  break(): void {
    this.isBroken = true;
  }

  private failToCommit(): Promise<never> {
    this.isBroken = false;
    setImmediate(() => {
      this.holder?.abort();
      this.holder = new AbortController();
      this.next?.(this.holder.signal);
    });
    return Promise.reject(new Error('The connection broke'));
  }

  private hold(signal: AbortSignal): Promise<AbortSignal> {
    if (this.holder === undefined) {
      this.holder = new AbortController();
      return Promise.resolve(this.holder.signal);
    }
    return new Promise((resolve, reject) => {
      this.next = resolve;
      signal.addEventListener('abort', () => reject(new Error('It stops')));
    });
  }
}

let store: ScriptedLog;
let board: Board;
let dataDir: string;

beforeEach(async () => {
  store = new ScriptedLog();
  board = new Board();
  dataDir = await mkdtemp(join(tmpdir(), 'cartograph-followed-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
});

async function start() {
  const database = SqliteDatabase.open(dataDir);
  await migrate(database);
  const rows = new RowStore(database, board.role());
  const stopping = new AbortController();
  let last: ProjectorProgress | undefined;
  let heard: () => void = () => undefined;
  const ended = ProjectorLoop.run({
    ...{ store, rows, projections: projectionsOf(standardPricing), signal: stopping.signal },
    time: passingTime().time,
    listener: (message) => {
      if (message.type === 'progress') last = message;
      heard();
    },
  });
  cleanup.add(async () => {
    stopping.abort();
    await ended;
    await rows.close();
  });
  const until = async (holds: (progress: ProjectorProgress) => boolean) => {
    while (last === undefined || !holds(last)) {
      await new Promise<void>((resolve) => (heard = resolve));
    }
    return last;
  };
  return { rows, until };
}

async function startPair() {
  const projecting = await start();
  store.append(cart, opened());
  await projecting.until(({ state, position }) => state === 'LIVE' && position === '10');
  return { projecting, following: await start() };
}

test('one that comes later learns that all is applied, and how far that is', async () => {
  const { following } = await startPair();
  await following.until(({ state }) => state === 'LIVE');
  store.append(cart, added('MUG', 1, 100));
  const { error } = await following.until(({ position }) => position === '20');
  expect(error).toBeNull();
});

test('a notification that was lost is made up for by the next report', async () => {
  const { projecting, following } = await startPair();
  await following.until(({ state }) => state === 'LIVE');
  board.isDeaf = true;
  store.append(cart, added('MUG', 1, 100));
  await projecting.until(({ position }) => position === '20');
  board.isDeaf = false;
  await following.until(({ position, state }) => position === '20' && state === 'LIVE');
});

test('without a report for some seconds, it does not call its rows up to date', async () => {
  const { following } = await startPair();
  await following.until(({ state }) => state === 'LIVE');
  board.isDeaf = true;
  await following.until(({ state }) => state === 'CATCHING_UP');
  board.isDeaf = false;
  await following.until(({ state }) => state === 'LIVE');
});

test('it tells of a read model that an operator has paused, and let go on', async () => {
  const { projecting, following } = await startPair();
  const frozenOf = ({ generations }: ProjectorProgress) =>
    generations.find(({ name }) => name === 'cart')?.frozen;
  await projecting.rows.setPaused('cart', true);
  await following.until((progress) => frozenOf(progress) === 'paused by an operator');
  await projecting.rows.setPaused('cart', false);
  await following.until((progress) => frozenOf(progress) === null);
});

test('one whose commit fails as it loses the role follows the other', async () => {
  const { projecting: first, following: second } = await startPair();
  await second.until(({ state }) => state === 'LIVE');
  board.break();
  store.append(cart, added('MUG', 1, 100));
  await second.until(({ position, state }) => position === '20' && state === 'LIVE');
  const { error } = await first.until(
    ({ position, state }) => position === '20' && state === 'LIVE',
  );
  expect(error).toBeNull();
  store.append(cart, added('MUG', 2, 100));
  await first.until(({ position }) => position === '30');
});
