// One life of an instance of the service in a run: everything but HTTP, put together by the service's
// own composition over simulated ports.
import { unusedWebhooks } from '../controls/webhooks.js';
import { defaultCartLimits } from '../../src/domain/cart/limits.js';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { AggregateStore } from '../../src/folds/aggregate-store.js';
import { StreamFolds } from '../../src/folds/stream-folds.js';
import type { ApiServices } from '../../src/graphql/services.js';
import { ProjectorLoop } from '../../src/projections/projector-loop.js';
import type { FromProjector } from '../../src/projections/projector-progress.js';
import { ProjectorView } from '../../src/projections/projector-view.js';
import { projectionsOf } from '../../src/projections/registry.js';
import type { Claimant } from '../../src/read-models/claimant.js';
import type { Database } from '../../src/read-models/database.js';
import type { ProjectorRole } from '../../src/read-models/projector-role.js';
import { ReadModels } from '../../src/read-models/read-models.js';
import { RowReader } from '../../src/read-models/row-reader.js';
import { RowStore } from '../../src/read-models/row-store.js';
import { retryWhileUnavailable } from '../../src/service/retry-while-unavailable.js';
import { startShop, type ShopPorts } from '../../src/service/shop.js';
import { createShopCommands, type ShopCommands } from '../../src/service/shop-commands.js';
import { StartedParts } from '../../src/service/started-parts.js';
import type { Time } from '../../src/waiting/time.js';
import type { WebhookDesk } from '../../src/webhooks/webhook-desk.js';
import { nobody, unsealedContacts } from '../controls/contacts.js';
import type { Contacts } from '../../src/personal-data/contacts.js';
import { Disk } from './disk.js';
import {
  bytesOf,
  HOLD_MS,
  openClaimant,
  openMails,
  openPayments,
  openWebhooks,
} from './outside/dealings.js';
import type { Outside } from './outside/outside.js';
import { openPeople, type PeopleOptions, type SealedPeople } from './people/sealed-people.js';
import type { Plant } from './plants/plant.js';
import type { Randomness } from './randomness.js';
import type { RowPlace } from './rows/row-place.js';
import { type RowFaultRates, SimulatedDatabase } from './rows/simulated-database.js';
import { SimulatedClaimLocks } from './rows/simulated-claim-locks.js';
import { SimulatedRole } from './rows/simulated-role.js';
import { Life, type Schedule } from './schedule.js';
import { timeOf } from './simulated-time.js';
import type { SimulatedStore } from './store/simulated-store.js';

export interface InstanceOptions {
  readonly name: string;
  readonly schedule: Schedule;
  readonly randomness: Randomness;
  readonly store: SimulatedStore;
  readonly place: RowPlace;
  readonly rowFaults: RowFaultRates;
  readonly onRowFault: (fault: keyof RowFaultRates) => void;
  /** What the service does wrong on purpose. */
  readonly plant: Plant;
  /** Where orders are paid; without it, none is driven further than its placement. */
  readonly outside?: Outside;
  /** Whether the instance sends mails, and posts to webhooks. */
  readonly hasMail?: boolean;
  /** Whether what is known of people is encrypted with keys of theirs. */
  readonly hasErasures?: boolean;
  /** After which an idle cart is abandoned; never unless given. */
  readonly abandonAfterMs?: number;
}

export const SECRET = Buffer.from('the secret that all instances of a run share');
export const pricing = standardPricing;
export const projections = projectionsOf(pricing);

/** One life of an instance, from a start to a kill. */
export class Running {
  readonly life: Life;
  readonly time: Time;
  readonly events: EventStore;
  readonly aggregates: AggregateStore;
  readonly role: SimulatedRole | undefined;
  /** Undefined until it can answer. */
  services: ApiServices | undefined;
  view: ProjectorView | undefined;
  private readonly folds: StreamFolds;
  private readonly database: Database;
  private readonly keys: PeopleOptions;
  private readonly plantedRole: ProjectorRole | undefined;
  private claimant: Claimant | undefined;
  private desk: WebhookDesk | undefined;

  constructor(
    private readonly options: InstanceOptions,
    randomness: Randomness,
    private readonly disk: Disk,
  ) {
    const { name, schedule, store, place, plant, rowFaults, onRowFault } = options;
    this.life = new Life(name);
    const { life } = this;
    this.time = plant.time(timeOf(schedule, life, randomness.fork('time')));
    const database = new SimulatedDatabase({
      ...{ place, life, schedule },
      randomness: randomness.fork('database'),
      rates: rowFaults,
      onFault: onRowFault,
    });
    this.database = plant.database(database, this.time);
    this.keys = this.placeOfKeys(randomness.fork('keys'));
    this.role = place.isShared
      ? new SimulatedRole(place, database, life, schedule, this.time)
      : undefined;
    this.plantedRole = this.role && plant.role(this.role);
    this.events = plant.events(this.connect(store), this.time);
    this.folds = new StreamFolds(this.events, undefined, undefined, this.time);
    this.aggregates = plant.aggregates(new AggregateStore(this.events, { folds: this.folds }));
  }

  /** Resolves when it can answer. @throws what the service cannot get over */
  async bringUp(): Promise<void> {
    const { time, events, aggregates, folds, disk } = this;
    const parts = new StartedParts();
    const { plant, abandonAfterMs } = this.options;
    const commands = plant.commands(
      createShopCommands(events, time, pricing, { folds, aggregates, holdMs: HOLD_MS }),
    );
    const problem = 'the database of the read models is not there yet';
    const view = await retryWhileUnavailable(problem, silent, () => this.project(), time);
    this.view = view;
    const reads = new ReadModels(this.database, time);
    const patiently = <Opened>(open: () => Promise<Opened>) =>
      retryWhileUnavailable(problem, silent, open, time);
    const sealed = await patiently(() => this.seal(commands, parts));
    const dealings = await patiently(() => this.deal(commands, parts, sealed?.contacts));
    const furtherReactions = [
      ...(dealings.furtherReactions ?? []),
      ...(sealed === undefined ? [] : [sealed.reaction]),
    ];
    const { services } = await startShop(
      {
        ...{ store: events, folds, commands, reads, pricing, time },
        progress: view,
        secret: SECRET,
        contacts: sealed?.contacts ?? unsealedContacts,
        people: sealed?.people ?? nobody,
        limits: defaultCartLimits,
        memory: plant.memory(disk.memory()),
        log: silent,
        ...dealings,
        furtherReactions,
        ...(abandonAfterMs !== undefined && { abandonAfterMs }),
      },
      parts,
    );
    this.services = {
      ...{ ...services, driftOf: () => null, countCommand: () => undefined },
      replays: { ...noDesk, records: reads.replayRecords },
      webhooks: this.desk ?? unusedWebhooks,
    };
  }

  /** The rows as an operator's command opens them. */
  openRows(): RowStore {
    return this.options.plant.rows(new RowStore(this.database));
  }

  /** Those of one moment. */
  async openSnapshot(): Promise<RowReader> {
    return new RowReader(await this.options.place.snapshot(this.life));
  }

  private connect(store: SimulatedStore): EventStore {
    return new EventStore(this.options.plant.access(store.accessFor(this.life)), this.time);
  }

  private placeOfKeys(randomness: Randomness): PeopleOptions {
    const { place, schedule, rowFaults, onRowFault } = this.options;
    const { life, time, disk } = this;
    const database = new SimulatedDatabase({
      ...{ place, life, schedule, randomness, losesAnswers: true },
      ...{ rates: rowFaults, onFault: onRowFault },
    });
    return {
      ...{ database, isShared: place.isShared, disk, time, secret: SECRET },
      randomBytes: bytesOf(randomness),
      planted: (people) => this.options.plant.people(people),
    };
  }

  private async seal(
    commands: ShopCommands,
    parts: StartedParts,
  ): Promise<SealedPeople | undefined> {
    const { hasErasures = false } = this.options;
    return hasErasures ? openPeople(this.keys, commands, parts) : undefined;
  }

  /** What it needs to pay, to mail and to post. */
  private async deal(
    commands: ShopCommands,
    parts: StartedParts,
    contacts?: Contacts,
  ): Promise<Pick<ShopPorts, 'payments' | 'furtherReactions'>> {
    const { outside, place, plant, hasMail = false } = this.options;
    const { life, time, disk, database } = this;
    if (outside === undefined) return {};
    const { isShared } = place;
    const randomness = outside.randomness.fork(`${life.name} ${time.newId()}`);
    const claimLocks = new SimulatedClaimLocks(place, database, life);
    const given = { outside, life, time, randomness, database, isShared };
    const options = { ...given, disk, plant, secret: SECRET, ...(contacts && { contacts }) };
    const payments = await openPayments(options, parts);
    if (!hasMail) return { payments };
    this.claimant ??= openClaimant(options, claimLocks);
    const mails = await openMails(options, this.claimant, commands);
    const shop = { commands, store: this.events };
    const { desk, shared } = await openWebhooks(options, this.claimant, shop, parts);
    this.desk = desk;
    return { payments, furtherReactions: [mails, shared.reaction] };
  }

  /** The projector's loop, as its thread runs it: what it tells arrives a little later. */
  private project(): Promise<ProjectorView> {
    const { time, options } = this;
    const store = options.plant.followed(this.connect(options.store), time);
    const rows = new RowStore(this.database, this.plantedRole);
    const told: FromProjector[] = [];
    return new Promise((resolve, reject) => {
      let view: ProjectorView | undefined;
      const hear = () => {
        const message = told.shift();
        if (view !== undefined && message !== undefined) view.receive(message);
        else if (message?.type === 'progress') {
          view = new ProjectorView(message, {
            headPosition: () => this.events.headPosition(),
            time,
          });
          resolve(view);
        }
      };
      const listener = (message: FromProjector) => {
        told.push(message);
        time.soon(hear);
      };
      const { signal } = new AbortController();
      ProjectorLoop.run({ store, rows, projections, listener, signal, time }).catch(reject);
    });
  }
}

/** Operators of a simulated shop replay by sessions of their own. */
const noDesk = {
  place: () => Promise.reject(new Error('A simulated service has no threads')),
  stopRunning: () => Promise.resolve(false),
  onChange: () => () => undefined,
};
const silent = { warn: () => undefined, error: () => undefined };
