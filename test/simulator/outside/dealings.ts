// What one life of an instance has to deal with the outside: the gateway with the payment tokens,
// the mails and the webhooks, put together as the service does it.
import { MailLog } from '../../../src/mail/mail-log.js';
import { mailReaction } from '../../../src/mail/mail-runner.js';
import { MailSender } from '../../../src/mail/mail-sender.js';
import { OrderMails } from '../../../src/mail/order-mails.js';
import type { Contacts } from '../../../src/personal-data/contacts.js';
import { PaymentTokens } from '../../../src/gateways/payment-tokens.js';
import { TokenTable } from '../../../src/gateways/token-table.js';
import type { EventStore } from '../../../src/event-store/event-store.js';
import type { Reaction } from '../../../src/process-managers/reaction.js';
import { type Claimant, claimantWithoutLock } from '../../../src/read-models/claimant.js';
import type { ClaimLocks } from '../../../src/read-models/claim-locks.js';
import type { Database } from '../../../src/read-models/database.js';
import { LockedClaimant } from '../../../src/read-models/locked-claimant.js';
import type { ShopPorts } from '../../../src/service/shop.js';
import type { ShopCommands } from '../../../src/service/shop-commands.js';
import { tendTokens } from '../../../src/service/payments.js';
import { runWebhooks, type StartedWebhooks } from '../../../src/service/webhooks.js';
import type { StartedParts } from '../../../src/service/started-parts.js';
import type { Time } from '../../../src/waiting/time.js';
import { DeliveryLog } from '../../../src/webhooks/delivery-log.js';
import { WebhookSecrets } from '../../../src/webhooks/webhook-secrets.js';
import { unsealedContacts } from '../../controls/contacts.js';
import type { Disk } from '../disk.js';
import type { Plant } from '../plants/plant.js';
import type { Randomness } from '../randomness.js';
import type { Life } from '../schedule.js';
import type { Outside } from './outside.js';
import { SimulatedGateway } from './simulated-gateway.js';
import { SimulatedNetwork } from './simulated-network.js';
import { SimulatedPost } from './simulated-post.js';

export interface DealingsOptions {
  readonly outside: Outside;
  readonly life: Life;
  readonly time: Time;
  readonly randomness: Randomness;
  /** That of the read models. */
  readonly database: Database;
  readonly isShared: boolean;
  readonly disk: Disk;
  readonly secret: Buffer;
  /** Default: they are not encrypted. */
  readonly contacts?: Contacts;
  readonly plant: Plant;
}

/** Times of a run are short, and so are its holds; in milliseconds. */
export const HOLD_MS = 15_000;
const FROM = 'shop@example.com';
const silent = { warn: () => undefined };

/** @throws ReadModelsUnavailableError */
export async function openPayments(
  options: DealingsOptions,
  parts: StartedParts,
): Promise<NonNullable<ShopPorts['payments']>> {
  const { outside, life, time, randomness, database, isShared, disk, secret, plant } = options;
  const shared = await TokenTable.on(database);
  const spare = isShared ? { spare: await TokenTable.on(disk.database()) } : {};
  const randomBytes = bytesOf(randomness);
  const tokens = new PaymentTokens({ shared, ...spare, secret, now: time.now, randomBytes });
  tendTokens(tokens, { isShared, time, log: silent }, parts);
  return {
    gateway: plant.gateway(new SimulatedGateway(outside, life, outside.bank), time),
    tokens,
  };
}

/** @param claimLocks of the instances that share the database */
export function openClaimant(
  { time, database, isShared }: Pick<DealingsOptions, 'time' | 'database' | 'isShared'>,
  claimLocks: ClaimLocks,
): Claimant {
  return isShared
    ? new LockedClaimant({ locks: claimLocks, time, onFault: () => undefined })
    : claimantWithoutLock(time.newId(), database, true);
}

/** @throws ReadModelsUnavailableError */
export async function openMails(
  options: DealingsOptions,
  claimant: Claimant,
  { orders }: Pick<ShopCommands, 'orders'>,
): Promise<Reaction> {
  const { outside, life, time, database, plant } = options;
  const contacts = options.contacts ?? {
    ...unsealedContacts,
    open: ({ sealed }: { readonly sealed: string }) =>
      Promise.resolve({ email: Buffer.from(sealed, 'base64url').toString() }),
  };
  const log = plant.mailLog(await MailLog.on(database, claimant));
  const carrier = new SimulatedPost(outside, life);
  const compose = ({ subject }: { readonly subject: string }) =>
    Promise.resolve(Buffer.from(subject));
  const sender = new MailSender({ contacts, log, carrier, from: FROM, time, compose });
  return mailReaction({
    orders: new OrderMails({ orders, contacts, sender }),
    // Guests are not reminded: nobody knows their address before they check out.
    reminders: { remind: () => Promise.resolve() },
  });
}

/** @throws ReadModelsUnavailableError */
export async function openWebhooks(
  options: DealingsOptions,
  claimant: Claimant,
  shop: { readonly commands: Pick<ShopCommands, 'webhooks'>; readonly store: EventStore },
  parts: StartedParts,
): Promise<StartedWebhooks> {
  const { outside, life, time, database, secret, randomness, plant } = options;
  const deliveryLog = plant.deliveryLog(await DeliveryLog.on(database, claimant), time);
  const secrets = await WebhookSecrets.on(database, secret, bytesOf(randomness));
  const network = new SimulatedNetwork(outside, life);
  const { commands, store } = shop;
  const tables = { deliveryLog, secrets, mayBePrivate: false, tracing: undefined };
  const ports = { ...tables, network, store, time, log: silent };
  return runWebhooks({ ...ports, commands: commands.webhooks }, parts);
}

export function bytesOf(randomness: Randomness) {
  return (count: number) => Buffer.from(Array.from({ length: count }, () => randomness.below(256)));
}
