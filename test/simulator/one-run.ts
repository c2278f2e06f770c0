// One run under way: a shop of some instances over a simulated world, clients who use it, faults, and
// the laws judging at every step.
import { Audience } from './audience.js';
import type { ParkedEvent } from './outside/deeds.js';
import { Outside } from './outside/outside.js';
import { registerWebhooks } from './outside/webhook-admin.js';
import { Coverage } from './coverage.js';
import { Excused } from './excused.js';
import { History, type HistoryRecord } from './history.js';
import { Incidents } from './incidents.js';
import { Instance } from './instance.js';
import { allLaws } from './laws/all-laws.js';
import { Judge } from './laws/law.js';
import { noPlant } from './plants/plant.js';
import { showPeopleLeft } from './people/people-left.js';
import type { Randomness } from './randomness.js';
import type { RunOptions, RunResult, Violation } from './run-options.js';
import { LIVE_WITHIN_MS, ORDERS_END_WITHIN_MS, settingOf } from './run-setting.js';
import { RowPlaces } from './rows/row-places.js';
import { type Fault, outsideRatesOf, rowRatesOf, type Scenario, storeRatesOf } from './scenario.js';
import { Life, Schedule } from './schedule.js';
import { Session } from './session.js';
import { settle } from './settle.js';
import { SimulatedShop } from './simulated-shop.js';
import { SimulatedStore } from './store/simulated-store.js';
import { Wellness } from './wellness.js';

/** How often it is looked whether all is well. */
const LOOK_MS = 250;
/** More steps than a shop ever takes to open, or to become well. */
const MOST_STEPS = 400_000;

export class Run {
  private readonly schedule: Schedule;
  private readonly world = new Life('world');
  private readonly coverage: Coverage;
  private readonly store: SimulatedStore;
  private readonly outside: Outside;
  private readonly places: RowPlaces;
  private readonly instances: Instance[] = [];
  private readonly history: History;
  private readonly judge: Judge;
  private incidents!: Incidents;
  private session!: Session;
  private audience!: Audience;
  private readonly wellness: Wellness;
  private readonly excused = new Excused(() => this.schedule.nowMs);
  private shown = 0;

  constructor(
    private readonly seed: number,
    private readonly scenario: Scenario,
    private readonly options: RunOptions,
    private readonly randomness: Randomness,
  ) {
    this.schedule = new Schedule(randomness.fork('order'), settle);
    this.coverage = new Coverage();
    this.store = new SimulatedStore({
      schedule: this.schedule,
      randomness: randomness.fork('store'),
      nodes: scenario.storeNodes,
      faults: storeRatesOf(scenario),
      onHappening: (happening) => this.saw(happening, 'the store'),
    });
    this.wellness = new Wellness(this.hasMail);
    this.places = new RowPlaces(scenario, this.schedule, randomness, (commit) => {
      this.showLog();
      this.judge.committed(commit);
    });
    this.outside = new Outside({
      schedule: this.schedule,
      world: this.world,
      randomness: randomness.fork('outside'),
      rates: outsideRatesOf(scenario),
      onFault: (fault) => this.saw(fault, 'outside'),
      onDeed: (deed) => {
        this.showLog();
        this.schedule.note(JSON.stringify(deed));
        options.onNote?.(JSON.stringify(deed), this.schedule.nowMs);
        this.judge.did(deed);
        this.coverage.did(deed);
        this.wellness.did(deed);
      },
    });
    const setting = settingOf(scenario, {
      hasMail: this.hasMail,
      beganAt: this.schedule.clockOf(this.world) - this.schedule.nowMs,
      placeOf: (name) => this.instances.find((one) => one.name === name)?.place.name ?? name,
    });
    this.judge = new Judge(allLaws, setting);
    this.history = new History(
      () => this.schedule.nowMs,
      (record) => this.record(record),
    );
  }

  async prepare(): Promise<void> {
    const { scenario, schedule, randomness, store, world } = this;
    for (let index = 0; index < scenario.instances; index += 1) {
      const name = `instance ${index + 1}`;
      const place = await this.places.next();
      const options = {
        ...{ name, schedule, store, place, plant: this.options.plant ?? noPlant },
        randomness: randomness.fork(name),
        rowFaults: rowRatesOf(scenario),
        onRowFault: (fault: Fault) => this.saw(fault, name),
        ...(scenario.hasPayments && { outside: this.outside, hasMail: this.hasMail }),
        hasErasures: this.hasErasures,
        ...(scenario.hasPayments &&
          scenario.abandonAfterMs > 0 && { abandonAfterMs: scenario.abandonAfterMs }),
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
    this.audience = new Audience({
      ...{ schedule, world, randomness, scenario, session: this.session },
      instances: this.instances.map(({ name }) => name),
      quiet: this.options.quiet,
    });
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
      this.coverage.faultsAre(true);
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
    this.places.close();
  }

  /** Instances that share no database would each send every mail, and every webhook. */
  private get hasMail(): boolean {
    const { hasPayments, isShared, instances } = this.scenario;
    return hasPayments && (isShared || instances === 1);
  }

  /** Keys that instances do not share open nothing elsewhere. */
  private get hasErasures(): boolean {
    return this.hasMail && this.scenario.hasErasures;
  }

  /** Starts the instances, puts on sale what clients buy, and lets some buy; no fault happens yet. */
  private async openShop(): Promise<Violation | undefined> {
    const { audience, instances } = this;
    for (const instance of instances) instance.start();
    const isUp = () => instances.every(({ running }) => running?.services !== undefined);
    const failed = await this.steps(isUp);
    if (failed !== undefined) return failed;
    const desk = () => instances[0]?.running?.services?.webhooks;
    const begun = [
      () => (this.hasMail ? registerWebhooks(this.outside, desk) : () => 0),
      ...audience.opening.map((intents) => () => audience.ask(intents)),
      () => audience.buyEarly(),
    ];
    for (const begin of begun) {
      const left = begin();
      const notDone = await this.steps(() => left() === 0);
      if (notDone !== undefined) return notDone;
    }
    audience.begin();
    return undefined;
  }

  /** The faults end, and everything must become well. */
  private async becomeWell(): Promise<Violation | undefined> {
    const { schedule, store, outside, incidents, history, judge, audience } = this;
    audience.calmDown();
    store.endFaults();
    outside.endFaults();
    this.coverage.faultsAre(false);
    incidents.end();
    history.befell('all', 'calm');
    const { nowMs } = schedule;
    const failed =
      (await this.untilWell(nowMs + LIVE_WITHIN_MS, () => true)) ??
      (await this.untilOrdersEnd(nowMs + ORDERS_END_WITHIN_MS));
    if (failed !== undefined) return failed;
    history.befell('all', 'stopped', 'the run is over');
    this.session.leaveAll();
    for (const { name, running } of this.instances) {
      if (running === undefined) continue;
      for (const [stream, { revision, state }] of running.aggregates.entries()) {
        judge.cached({ instance: name, stream, revision, state });
      }
    }
    for (const event of this.parked()) judge.parked(event);
    if (this.hasErasures) await showPeopleLeft(this.instances, judge);
    for (const { standing } of this.instances) judge.standing(standing);
    const breaches = this.excused.rest(judge.ended());
    return breaches.length === 0 ? undefined : { breaches, step: undefined };
  }

  /** What waits at any instance for what is outside, or for an operator. */
  private parked(): readonly ParkedEvent[] {
    return this.instances.flatMap((instance) =>
      ['mail', 'webhooks'].flatMap((reaction) => instance.parkedBy(reaction)),
    );
  }

  private async untilOrdersEnd(until: number): Promise<Violation | undefined> {
    if (!this.scenario.hasPayments) return undefined;
    const { judge, wellness, outside } = this;
    return this.untilWell(
      until,
      () => !outside.isBusy && wellness.areOrdersAtRest(judge.seenLog, this.parked()),
    );
  }

  /** Ends early where all is well, and else when it must be. */
  private async untilWell(until: number, isAtRest: () => boolean): Promise<Violation | undefined> {
    const { schedule } = this;
    for (;;) {
      const next = Math.min(until, schedule.nowMs + LOOK_MS);
      const failed = await this.steps(() => schedule.nowMs >= next);
      if (failed !== undefined || schedule.nowMs >= until) return failed;
      const isWell = isAtRest() && (await this.wellness.isWell(this.instances));
      if (isWell) return undefined;
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
      this.coverage.stored(event);
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
