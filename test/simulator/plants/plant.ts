// Where a test may put a fault into the service: at the ports that an instance is handed. The real
// service is the one without a plant; a simulator that finds no plant sees nothing.
import type { EventStore } from '../../../src/event-store/event-store.js';
import type { StoreAccess } from '../../../src/event-store/store-access.js';
import type { AggregateStore } from '../../../src/folds/aggregate-store.js';
import type { Database } from '../../../src/read-models/database.js';
import type { PersonalData } from '../../../src/personal-data/personal-data.js';
import type { ProjectorRole } from '../../../src/read-models/projector-role.js';
import type { RowStore } from '../../../src/read-models/row-store.js';
import type { PaymentGateway } from '../../../src/gateways/payment.js';
import type { MailLog } from '../../../src/mail/mail-log.js';
import type { ReactionMemory } from '../../../src/service/reactions.js';
import type { ShopCommands } from '../../../src/service/shop-commands.js';
import type { Scenario } from '../scenario.js';
import type { Time } from '../../../src/waiting/time.js';
import type { DeliveryLog } from '../../../src/webhooks/delivery-log.js';

export interface Plant {
  /** What the service does wrong, in a few words. */
  readonly name: string;
  /** Where it shows; default: what the seed decides. */
  readonly scenario?: Partial<Scenario>;
  access(access: StoreAccess): StoreAccess;
  events(store: EventStore, time: Time): EventStore;
  /** Of the projector. */
  followed(store: EventStore, time: Time): EventStore;
  aggregates(aggregates: AggregateStore): AggregateStore;
  database(database: Database, time: Time): Database;
  role(role: ProjectorRole): ProjectorRole;
  rows(rows: RowStore): RowStore;
  memory(memory: ReactionMemory): ReactionMemory;
  time(time: Time): Time;
  commands(commands: ShopCommands): ShopCommands;
  gateway(gateway: PaymentGateway, time: Time): PaymentGateway;
  people(people: PersonalData): PersonalData;
  mailLog(log: MailLog): MailLog;
  deliveryLog(log: DeliveryLog, time: Time): DeliveryLog;
}

const same = <Port>(port: Port): Port => port;

export const noPlant: Plant = {
  name: 'nothing',
  access: same,
  events: same,
  followed: same,
  aggregates: same,
  database: same,
  role: same,
  rows: same,
  memory: same,
  time: same,
  commands: same,
  gateway: same,
  people: same,
  mailLog: same,
  deliveryLog: same,
};

/** An object that does as another one does, except for what is given. */
export function altered<Port extends object>(port: Port, changes: Partial<Port>): Port {
  return Object.assign(Object.create(port) as Port, changes);
}
