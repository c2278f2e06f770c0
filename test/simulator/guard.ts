// Keeps the real world out of a run: clocks, chance, timers, files, sockets, threads. Reaching one
// throws, and fails the run even where the error is swallowed. SQLite in memory, hashing and the
// turn of the real loop that `settle` takes are left.
import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import tls from 'node:tls';
import workerThreads from 'node:worker_threads';

/** A run reached what it must not: it would not be the same run again. */
export class RealWorldError extends Error {
  override readonly name = 'RealWorldError';
  constructor(readonly reached: string) {
    super(`The run reached the real world: ${reached}`);
  }
}

type Doors = Record<string, unknown>;

/** What is replaced, by the object that has it. */
const doors: readonly (readonly [name: string, of: object, keys: readonly string[]])[] = [
  ['', globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'WebSocket']],
  ['Math.', Math, ['random']],
  ['performance.', performance, ['now']],
  ['process.', process, ['hrtime', 'kill', 'uptime']],
  ['AbortSignal.', AbortSignal, ['timeout']],
  ['crypto.', globalThis.crypto, ['randomUUID', 'getRandomValues']],
  ['crypto.', crypto, ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync']],
  ['timers.', timers, ['setTimeout', 'setInterval', 'setImmediate']],
  ['timers/promises.', timersPromises, ['setTimeout', 'setInterval', 'setImmediate']],
  ['net.', net, ['connect', 'createConnection', 'createServer', 'Socket']],
  ['tls.', tls, ['connect', 'createServer']],
  ['http.', http, ['request', 'get', 'createServer']],
  ['http2.', http2, ['connect', 'createServer', 'createSecureServer']],
  ['https.', https, ['request', 'get', 'createServer']],
  ['dgram.', dgram, ['createSocket']],
  ['dns.', dns, ['lookup', 'resolve']],
  ['fs.', fs, filesOf(fs)],
  ['fs/promises.', fsPromises, filesOf(fsPromises)],
  ['child_process.', childProcess, ['spawn', 'spawnSync', 'exec', 'execFile', 'fork']],
  ['worker_threads.', workerThreads, ['Worker']],
];

function filesOf(module: object): string[] {
  return Object.keys(module).filter((key) => {
    const value: unknown = (module as Doors)[key];
    return typeof value === 'function' && /^[a-z]/.test(key);
  });
}

/** What a program that runs outside may still need, such as to print. */
export interface Guard {
  /** What was reached, if anything. */
  readonly reached: RealWorldError | undefined;
  /** Ends signals that are made of others; what follows from that must settle before `lift`. */
  end(): void;
  lift(): void;
}

const { stackTraceLimit } = Error;

/**
 * Shuts the doors until `lift`.
 *
 * @param hasStacks whether errors keep their stacks, which takes a twelfth of a run's time
 */
export function guard(hasStacks = true): Guard {
  const restore: (() => void)[] = [];
  const state: { reached: RealWorldError | undefined } = { reached: undefined };
  const shut = (name: string) =>
    function reaching(): never {
      const error = withStack(() => new RealWorldError(name));
      state.reached ??= error;
      throw error;
    };
  for (const [prefix, of, keys] of doors) {
    for (const key of keys) replace(of, key, shut(`${prefix}${key}`), restore);
  }
  replace(globalThis, 'Date', timelessDate(shut), restore);
  if (!hasStacks) replace(Error, 'stackTraceLimit', 0, restore);
  // Node keeps a signal that is made of others while somebody listens to it, and with it all of a
  // run: what was killed in it never aborts the others.
  const over = new AbortController();
  const any = AbortSignal.any.bind(AbortSignal);
  const endingWithRun = (signals: AbortSignal[]) => any([...signals, over.signal]);
  replace(AbortSignal, 'any', endingWithRun, restore);
  syncBuiltinESMExports();
  return {
    get reached() {
      return state.reached;
    },
    end: () => over.abort(),
    lift: () => {
      for (const undo of restore.reverse()) undo();
      syncBuiltinESMExports();
    },
  };
}

/** Where the real world was reached is told in any case. */
function withStack<Made>(make: () => Made): Made {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackTraceLimit;
  const made = make();
  Error.stackTraceLimit = limit;
  return made;
}

function replace(of: object, key: string, by: unknown, restore: (() => void)[]): void {
  const own = Object.getOwnPropertyDescriptor(of, key);
  if (own === undefined && !(key in of)) return;
  if (own?.configurable === false && own.writable !== true) return;
  restore.push(() => {
    if (own === undefined) Reflect.deleteProperty(of, key);
    else Object.defineProperty(of, key, own);
  });
  Object.defineProperty(of, key, { value: by, configurable: true, writable: true });
}

/** Dates of given instants are plain data; the instant of now is not. */
function timelessDate(shut: (name: string) => () => never): DateConstructor {
  const Real = Date;
  const now = shut('Date.now');
  return new Proxy(Real, {
    construct: (target, values: unknown[], newTarget) =>
      values.length === 0 ? now() : (Reflect.construct(target, values, newTarget) as object),
    apply: () => now(),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
}
