// One run: a shop of some instances over a simulated world, clients who use it, faults, and the laws
// judging at every step. The seed alone decides what happens.
import { crowd } from './clients/crowd.js';
import type { Client } from './clients/client.js';
import { Coverage } from './coverage.js';
import { Excused } from './excused.js';
import { guard } from './guard.js';
import { History, type HistoryRecord } from './history.js';
import { CLOCK_SKEW_MS, Incidents } from './incidents.js';
import { Instance, pricing } from './instance.js';
import { allLaws } from './laws/all-laws.js';
import { Judge } from './laws/law.js';
import { noPlant, type Plant } from './plants/plant.js';
import { type Randomness, SeededRandomness } from './randomness.js';
import type { RunOptions, RunResult, Violation } from './run-options.js';
import { RowPlace } from './rows/row-place.js';
import { type Fault, rowRatesOf, type Scenario, scenarioOf, storeRatesOf } from './scenario.js';
import { Life, Schedule } from './schedule.js';
import { Session } from './session.js';
import { settle } from './settle.js';
import { SimulatedShop } from './simulated-shop.js';
import { SimulatedStore } from './store/simulated-store.js';
import { Wellness } from './wellness.js';

/** Once the faults end, everything is live and caught up within so many virtual milliseconds. */
export const LIVE_WITHIN_MS = 20_000;
/** How often it is looked whether all is well. */
const LOOK_MS = 250;
/** From one act of all clients together to the next, in milliseconds, on average. */
const ACT_MS = 8;
/** More steps than a shop ever takes to open, or to become well. */
const MOST_STEPS = 60_000;

export async function runSeed(seed: number, options: RunOptions): Promise<RunResult> {
  const doors = guard();
  const randomness = SeededRandomness.of(seed);
  const drawn = { ...scenarioOf(randomness.fork('scenario')), ...options.scenario };
  const rates = Object.fromEntries(
    Object.entries(drawn.rates).filter(([fault]) => !options.without?.includes(fault as Fault)),
  );
  const run = new Run(seed, { ...drawn, rates }, options, randomness);
  try {
    await run.prepare();
    const result = await run.toTheEnd();
    if (doors.reached !== undefined) throw doors.reached;
    return result;
  } finally {
    run.erase();
    doors.lift();
  }
}

class Run {
  private readonly schedule: Schedule;
  private readonly world = new Life('world');
  private readonly coverage: Coverage;
  private readonly store: SimulatedStore;
  private readonly places: RowPlace[] = [];
  private readonly instances: Instance[] = [];
  private readonly history: History;
  private readonly judge: Judge;
  private incidents!: Incidents;
  private session!: Session;
  private readonly wellness = new Wellness();
  private readonly excused = new Excused(() => this.schedule.nowMs);
  private shown = 0;
  private readonly plant: Plant;

  constructor(
    private readonly seed: number,
    private readonly scenario: Scenario,
    private readonly options: RunOptions,
    private readonly randomness: Randomness,
  ) {
    this.plant = options.plant ?? noPlant;
    this.schedule = new Schedule(randomness.fork('order'), settle);
    this.coverage = new Coverage();
    this.store = new SimulatedStore({
      schedule: this.schedule,
      randomness: randomness.fork('store'),
      nodes: scenario.storeNodes,
      faults: storeRatesOf(scenario),
      onHappening: (happening) => this.saw(happening, 'the store'),
    });
    this.judge = new Judge(allLaws, {
      pricing,
      beganAt: this.schedule.clockOf(this.world) - this.schedule.nowMs,
      clockSkewMs: CLOCK_SKEW_MS,
      liveWithinMs: LIVE_WITHIN_MS,
      areCommitsSeen: true,
      placeOf: (name) => this.instances.find((one) => one.name === name)?.place.name ?? name,
    });
    this.history = new History(
      () => this.schedule.nowMs,
      (record) => this.record(record),
    );
  }

  async prepare(): Promise<void> {
    const { scenario, schedule, randomness, store, world } = this;
    for (let index = 0; index < scenario.instances; index += 1) {
      const name = `instance ${index + 1}`;
      const place = scenario.isShared && this.places[0] ? this.places[0] : await this.openPlace();
      const options = {
        ...{ name, schedule, store, place, plant: this.plant },
        randomness: randomness.fork(name),
        rowFaults: rowRatesOf(scenario),
        onRowFault: (fault: Fault) => this.saw(fault, name),
      };
      this.instances.push(
        new Instance(options, (instance, running, why) => {
          this.shop?.gone(running.life);
          this.history.befell(instance.name, why === 'killed' ? 'killed' : 'stopped', why);
          this.incidents.startLater(instance);
        }),
      );
    }
    this.shop = new SimulatedShop(
      this.instances,
      schedule,
      world,
      randomness.fork('network'),
      store,
    );
    this.session = new Session(this.shop, this.history);
    this.incidents = new Incidents({
      ...{ schedule, world, instances: this.instances, rates: scenario.rates },
      randomness: randomness.fork('incidents'),
      told: (incident, instance, details) => {
        this.saw(incident, `${instance.name} ${details}`);
        if (incident === 'frozen') this.history.befell(instance.name, 'frozen', details);
      },
    });
  }

  private shop: SimulatedShop | undefined;

  async toTheEnd(): Promise<RunResult> {
    const { schedule, options } = this;
    let violation = await this.openShop();
    const begun = schedule.steps;
    if (violation === undefined) {
      this.incidents.begin();
      violation = await this.steps(() => schedule.steps - begun >= options.steps);
    }
    violation ??= await this.becomeWell();
    return {
      seed: this.seed,
      steps: schedule.steps,
      virtualMs: schedule.nowMs,
      traceHash: schedule.traceHash,
      scenario: this.scenario,
      coverage: this.coverage,
      violation,
    };
  }

  erase(): void {
    for (const instance of this.instances) instance.erase();
    for (const place of this.places) place.close();
  }

  private async openPlace(): Promise<RowPlace> {
    const { scenario, schedule } = this;
    const name = scenario.isShared ? 'rows of all' : `rows ${this.places.length + 1}`;
    const place = await RowPlace.open(name, scenario.isShared, schedule, (commit) => {
      this.showLog();
      this.judge.committed(commit);
    });
    this.places.push(place);
    return place;
  }

  /** Starts the instances and puts on sale what clients buy; no fault happens yet. */
  private async openShop(): Promise<Violation | undefined> {
    const { schedule, instances } = this;
    for (const instance of instances) instance.start();
    const isUp = () => instances.every(({ running }) => running?.services !== undefined);
    const failed = await this.steps(isUp);
    if (failed !== undefined) return failed;
    const people = crowd({
      instances: instances.map(({ name }) => name),
      households: this.scenario.households,
      now: () => schedule.clockOf(this.world),
      hasIntruder: this.scenario.hasIntruder,
    });
    let open = people.opening.length;
    const merchant: Client = { name: 'merchant', next: () => [], hears: () => (open -= 1) };
    for (const intent of people.opening) void this.session.carryOut(merchant, intent);
    const opened = await this.steps(() => open === 0);
    for (const [eagerness, client] of people.clients) {
      const zeal = client.name === 'operator' ? this.scenario.operatorZeal : 1;
      this.actLater(client, eagerness * zeal, people);
    }
    return opened;
  }

  private actLater(client: Client, eagerness: number, people: ReturnType<typeof crowd>): void {
    const { schedule, world, randomness, options } = this;
    if (options.quiet?.includes(client.name)) return;
    const source = randomness.fork(`client ${client.name}`);
    const total = people.clients.reduce((sum, [each]) => sum + each, 0);
    const meanMs = (ACT_MS * total) / eagerness;
    const act = () => {
      if (this.isCalm) return;
      for (const intent of client.next(source)) void this.session.carryOut(client, intent);
      schedule.after(-Math.log(1 - source.next()) * meanMs, world, `${client.name} acts`, act);
    };
    schedule.after(source.next() * meanMs, world, `${client.name} acts`, act);
  }

  private isCalm = false;

  /** The faults end, and everything must become well. */
  private async becomeWell(): Promise<Violation | undefined> {
    const { schedule, store, incidents, history, judge } = this;
    this.isCalm = true;
    store.endFaults();
    incidents.end();
    history.befell('all', 'calm');
    const failed = await this.untilWell(schedule.nowMs + LIVE_WITHIN_MS);
    if (failed !== undefined) return failed;
    history.befell('all', 'stopped', 'the run is over');
    this.session.leaveAll();
    for (const { name, running } of this.instances) {
      if (running === undefined) continue;
      for (const [stream, { revision, state }] of running.aggregates.entries()) {
        judge.cached({ instance: name, stream, revision, state });
      }
    }
    const breaches = this.excused.rest(judge.ended());
    return breaches.length === 0 ? undefined : { breaches, step: undefined };
  }

  /** Ends early where all is well, and else when it must be. */
  private async untilWell(until: number): Promise<Violation | undefined> {
    const { schedule } = this;
    for (;;) {
      const next = Math.min(until, schedule.nowMs + LOOK_MS);
      const failed = await this.steps(() => schedule.nowMs >= next);
      if (failed !== undefined || schedule.nowMs >= until) return failed;
      if (await this.wellness.isWell(this.instances)) return undefined;
    }
  }

  private async steps(isEnough: () => boolean): Promise<Violation | undefined> {
    const { schedule, judge } = this;
    for (let count = 0; !isEnough(); count += 1) {
      if (count > MOST_STEPS || !(await schedule.next())) {
        const words = `${schedule.steps} steps did not come to an end`;
        return { breaches: [{ law: 'comes to rest', words }], step: schedule.steps };
      }
      this.showLog();
      const breaches = this.excused.rest(judge.breaches);
      if (breaches.length > 0) return { breaches, step: schedule.steps };
    }
    return undefined;
  }

  private saw(fault: string, where: string): void {
    const { schedule, options } = this;
    this.coverage.saw(fault);
    this.excused.saw(fault);
    schedule.note(`${fault} ${where}`);
    options.onNote?.(`${fault}: ${where}`, schedule.nowMs);
  }

  /** The laws see what the log holds before they see anything that was made of it. */
  private showLog(): void {
    const { committed } = this.store.cluster;
    if (committed === this.shown) return;
    for (const event of this.store.committedAfter(BigInt(this.shown))) {
      this.judge.stored(event);
      this.wellness.stored(event);
    }
    this.shown = committed;
  }

  private record(record: HistoryRecord): void {
    const { schedule } = this;
    this.showLog();
    schedule.note(JSON.stringify(record));
    this.options.onRecord?.(record, schedule.nowMs);
    this.coverage.happened(record);
    this.wellness.happened(record);
    this.judge.happened(record);
  }
}
