// What goes out of the shop: mail and webhooks, which all instances share.
import type { SealedContact } from '../domain/cart/events.js';
import type { EventStore } from '../event-store/event-store.js';
import { PersistentGroups } from '../event-store/persistent-groups.js';
import type { StoreNodes } from '../event-store/store-nodes.js';
import type { Logger } from '../http/log.js';
import { mailReaction } from '../mail/mail-runner.js';
import type { Contacts } from '../personal-data/contacts.js';
import type { ReadModels } from '../read-models/read-models.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Time } from '../waiting/time.js';
import type { WebhookDesk } from '../webhooks/webhook-desk.js';
import type { Config } from './config.js';
import { type RunningMails, startMail } from './mail.js';
import { startClaimants } from './outbox.js';
import type { SharedReactions } from './shared-reactions.js';
import type { ShopCommands } from './shop-commands.js';
import type { StartedParts } from './started-parts.js';
import { startWebhooks } from './webhooks.js';

export interface OutgoingPorts {
  readonly commands: Pick<ShopCommands, 'orders' | 'webhooks' | 'freshCart'>;
  readonly contacts: Contacts;
  readonly reads: Pick<ReadModels, 'orders'>;
  readonly nodes: StoreNodes;
  readonly store: EventStore;
  readonly secret: Buffer;
  readonly time: Time;
  readonly log: Pick<Logger, 'warn'>;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
}

export interface Outgoing {
  readonly mails: RunningMails;
  readonly desk: WebhookDesk;
  readonly shared: SharedReactions;
}

/** An order may be without a contact, such as an imported one. */
const NEWEST = { size: 20 };

/** @throws DataFolderError; ReadModelsUnavailableError when the database stays unavailable */
export async function startOutgoing(
  config: Config,
  { commands, contacts, reads, nodes, store, secret, time, log, tracing }: OutgoingPorts,
  parts: StartedParts,
): Promise<Outgoing> {
  const { orders, webhooks, freshCart: cart } = commands;
  // Without Postgres, what was sent is on record in the data folder of one instance.
  const isOfOne = config.databaseUrl === undefined;
  const groups = new PersistentGroups(nodes, time, isOfOne);
  parts.add('persistent subscriptions', () => groups.close());
  const claimantOf = startClaimants(config, { time, log }, parts);
  const mails = await startMail(
    config,
    { orders, cart, contacts, lastContact: (id) => lastContact(reads, id), claimantOf, time, log },
    parts,
  );
  const ports = { commands: webhooks, store, secret, claimantOf, time, log, tracing };
  const { desk, shared } = await startWebhooks(config, ports, parts);
  const reactions = [{ reaction: mailReaction(mails) }, shared];
  return { mails, desk, shared: { groups, reactions } };
}

/** Of the customer's last order. */
async function lastContact(
  reads: Pick<ReadModels, 'orders'>,
  customerId: string,
): Promise<SealedContact | null> {
  const anyOrder = { contactKeys: null, status: null, sku: null, coupon: null };
  const anyTime = { placedFrom: null, placedBefore: null };
  const { rows } = await reads.orders({ customerId, ...anyOrder, ...anyTime, ...NEWEST });
  return rows.find(({ contact }) => contact !== null)?.contact ?? null;
}
