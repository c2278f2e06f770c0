// A soak: real processes, the clients and the laws of the simulator, and faults from outside. It
// records everything that is asked and answered, and judges it by the log when the faults have
// ended.
import { EventStoreDBClient } from '@eventstore/db-client';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import type { Client } from '../simulator/clients/client.js';
import { type Crowd, crowd, type Eager } from '../simulator/clients/crowd.js';
import type { KnownCart } from '../simulator/clients/known-carts.js';
import {
  History,
  type HistoryRecord,
  type Intent,
  LOST,
  type Reply,
} from '../simulator/history.js';
import { allLaws } from '../simulator/laws/all-laws.js';
import type { Breach, Law } from '../simulator/laws/law.js';
import { type Randomness, SeededRandomness } from '../simulator/randomness.js';
import { Session } from '../simulator/session.js';
import { headOf } from './gather.js';
import { HttpShop } from './http-shop.js';
import { HISTORY, judge, type Judgement } from './judge.js';
import { appendForeign, operateOn } from './operating.js';
import { settled } from './settled.js';
import { Stage, type StageOptions } from './stage.js';
import { Tally } from './tally.js';
import { Troubles } from './troubles.js';

export interface SoakOptions extends StageOptions {
  /** How long people shop, in milliseconds. */
  readonly forMs: number;
  /** Of what clients do and which faults come; when they come is up to the machine. */
  readonly seed: number;
  readonly households: number;
  /** Default: all. */
  readonly laws?: readonly Law[];
  readonly onProgress?: (tally: Tally, elapsedMs: number) => void;
}

export interface SoakResult extends Judgement {
  readonly tally: Tally;
  /** How long it took from the last fault until all was well, in milliseconds. */
  readonly settledAfterMs: number;
  /** What was missing last until then. */
  readonly missedLast: string | undefined;
  /** Where the history, the log and what the instances said are; removed when no law was broken. */
  readonly folder: string;
}

/** Everything must be well again within this time after the last fault. */
const LIVE_WITHIN_MS = 30_000;
/** Clocks of one machine; what else moves is the time between question and answer. */
const CLOCK_SKEW_MS = 250;
/** A client of eagerness 1 acts about so often. */
const PAUSE_MS = 800;
/** How often somebody goes on before the answer is there. */
const IMPATIENT = 0.25;
const LOST_MS = 300;
const PROGRESS_MS = 1_000;
/** Once in about 20 s: a command line of its own takes most of a second of one core. */
const OPERATOR_EAGERNESS = 0.04;
const NEWEST_CARTS = 30;
const OPENING_TRIES = 5;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { clusterUrl } = options;
  const othersUpTo = clusterUrl === undefined ? -1n : await headOf(clusterUrl);
  const stage = await Stage.start(options);
  try {
    const run = new SoakRun(stage, options, othersUpTo);
    const result = await run.run();
    if (result.breaches.length > 0) await stage.writeLogs();
    await stage.stop();
    if (result.breaches.length === 0) await stage.remove();
    return result;
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

class SoakRun {
  private readonly random: Randomness;
  private readonly beganAt = Date.now();
  private readonly beganMs = performance.now();
  private readonly tally = new Tally();
  private readonly file: WriteStream;
  private readonly history: History;
  private readonly shop: HttpShop;
  private readonly session: Session;
  private readonly crowd: Crowd;
  private readonly foreign: EventStoreDBClient;
  /** What the soak itself finds wrong, beside the laws. */
  private readonly found: Breach[] = [];
  /** Questions that are under way. */
  private readonly pending = new Set<Promise<void>>();
  private isOver = false;
  private missedLast: string | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly options: SoakOptions,
    private readonly othersUpTo: bigint,
  ) {
    const { instances, connectionString, folder } = stage;
    this.random = SeededRandomness.of(options.seed);
    this.file = createWriteStream(join(folder, HISTORY));
    this.history = new History(
      () => performance.now() - this.beganMs,
      (record) => this.keep(record),
    );
    const client = EventStoreDBClient.connectionString(connectionString);
    this.foreign = client;
    const names = instances.map(({ name }) => name);
    this.shop = new HttpShop({
      instances: names,
      instanceOf: (name) => stage.instance(name),
      operate: (intent) => operateOn(stage.instance(intent.instance).service, intent),
      writeForeign: (intent) => appendForeign(client, intent),
    });
    this.session = new Session(this.shop, this.history);
    this.crowd = crowd({
      instances: names,
      households: options.households,
      now: Date.now,
      operatorEagerness: OPERATOR_EAGERNESS,
      watchable: stillOpen,
    });
  }

  async run(): Promise<SoakResult> {
    await this.open();
    const troubles = new Troubles(this.stage, this.history, (words) => this.isWrong(words));
    this.tally.troubles = troubles.counts;
    const progress = setInterval(() => this.look(), PROGRESS_MS);
    const shopping = this.crowd.clients.map((eager, index) => this.live(eager, `client ${index}`));
    const breaking = troubles.bringUntil(() => this.isOver, this.random.fork('troubles'));
    await delay(this.options.forMs);
    this.isOver = true;
    await Promise.all([...shopping, breaking]);
    await Promise.all(this.pending);
    for (const { name, service } of this.stage.instances) {
      if (!service.isRunning) this.isWrong(`${name} has ended by itself`);
    }
    this.history.befell('all', 'calm');
    const calmMs = performance.now();
    const watched = () => this.tally.watched();
    const { isWell, missedLast } = await settled({ ...this.parts(), watched }, LIVE_WITHIN_MS);
    this.missedLast = missedLast;
    if (!isWell) this.isWrong(`after ${LIVE_WITHIN_MS} ms without faults, ${missedLast}`);
    const settledAfterMs = performance.now() - calmMs;
    clearInterval(progress);
    await this.verifyEach();
    this.history.befell('all', 'ready');
    this.session.leaveAll();
    this.file.end();
    await once(this.file, 'finish');
    await this.foreign.dispose();
    return this.judged(Math.min(settledAfterMs, LIVE_WITHIN_MS));
  }

  /** No fault has come yet, but the machine may be busy. */
  private async open(): Promise<void> {
    for (const intent of this.crowd.opening) {
      let reply: Reply | undefined;
      for (let tries = 0; tries < OPENING_TRIES && reply?.kind !== 'accepted'; tries += 1) {
        reply = await this.session.carryOut(silent, intent);
      }
      if (reply?.kind !== 'accepted') throw new Error(`It does not open: ${JSON.stringify(reply)}`);
    }
  }

  private parts() {
    const { shop, session } = this;
    return { shop, session, known: this.crowd.known, instances: this.stage.instances };
  }

  private async live([eagerness, client]: Eager, name: string): Promise<void> {
    const random = this.random.fork(name);
    const most = (2 * PAUSE_MS) / eagerness;
    for (;;) {
      await this.pause(random.below(most));
      if (this.isOver) return;
      for (const intent of client.next(random)) {
        const asking = this.carryOut(client, intent);
        if (!random.chance(IMPATIENT)) await asking;
      }
    }
  }

  /** Whoever meets nobody does not try again at once. */
  private carryOut(client: Client, intent: Intent): Promise<void> {
    const asking = this.session.carryOut(client, intent).then((reply) => {
      if (reply?.kind === 'failed' && reply.code === LOST) return delay(LOST_MS);
      return undefined;
    });
    this.pending.add(asking);
    return asking.finally(() => this.pending.delete(asking));
  }

  /** A pause of those who seldom act does not hold the end up. */
  private async pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (!this.isOver && performance.now() < until) {
      await delay(Math.min(PROGRESS_MS, Math.max(0, until - performance.now())));
    }
  }

  private async verifyEach(): Promise<void> {
    for (const { name: instance } of this.stage.instances) {
      const intent = { kind: 'operate', instance, operation: 'verify', names: [] } as const;
      await this.session.carryOut(silent, intent);
    }
  }

  private keep(record: HistoryRecord): void {
    this.tally.count(record);
    this.file.write(`${JSON.stringify(record)}\n`);
  }

  private look(): void {
    this.options.onProgress?.(this.tally, performance.now() - this.beganMs);
  }

  private isWrong(words: string): void {
    this.found.push({ law: 'the soak itself', words });
  }

  private async judged(liveWithinMs: number): Promise<SoakResult> {
    const { stage, tally } = this;
    const { breaches, ...counts } = await judge({
      laws: this.options.laws ?? allLaws,
      setting: {
        pricing: standardPricing,
        beganAt: this.beganAt,
        clockSkewMs: CLOCK_SKEW_MS,
        liveWithinMs,
        othersUpTo: this.othersUpTo,
        placeOf: (instance) => this.placeOf(instance),
      },
      folder: stage.folder,
      foreign: tally.foreign,
      connectionString: stage.connectionString,
      places: this.places(),
    });
    return {
      ...counts,
      breaches: [...this.found, ...breaches],
      tally,
      settledAfterMs: liveWithinMs,
      missedLast: this.missedLast,
      folder: stage.folder,
    };
  }

  /** Instances that share a database read the same rows. */
  private placeOf(instance: string): string {
    return this.options.database === 'postgres' ? 'postgres' : instance;
  }

  private places() {
    const { instances } = this.stage;
    const own = this.options.database === 'postgres' ? instances.slice(0, 1) : instances;
    return own.map(({ name, place }) => ({ name: this.placeOf(name), place }));
  }
}

const silent: Client = { name: 'nobody', next: () => [], hears: () => undefined };

/** The carts in which things happen. */
function stillOpen(all: readonly KnownCart[]): readonly KnownCart[] {
  const newest = all.slice(-NEWEST_CARTS);
  return newest.filter(({ shown, isSpoiled }) => shown.status === 'OPEN' && !isSpoiled);
}
