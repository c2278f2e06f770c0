// What one life of an instance has to deal with the outside: the gateway with the payment tokens, and
// the mails, put together as the service does it.
import { MailLog } from '../../../src/mail/mail-log.js';
import { mailReaction } from '../../../src/mail/mail-runner.js';
import { MailSender } from '../../../src/mail/mail-sender.js';
import { OrderMails } from '../../../src/mail/order-mails.js';
import { PaymentTokens } from '../../../src/gateways/payment-tokens.js';
import { TokenTable } from '../../../src/gateways/token-table.js';
import type { Reaction } from '../../../src/process-managers/reaction.js';
import { claimantWithoutLock } from '../../../src/read-models/claimant.js';
import type { ClaimLocks } from '../../../src/read-models/claim-locks.js';
import type { Database } from '../../../src/read-models/database.js';
import { LockedClaimant } from '../../../src/read-models/locked-claimant.js';
import type { ShopPorts } from '../../../src/service/shop.js';
import type { ShopCommands } from '../../../src/service/shop-commands.js';
import { tendTokens } from '../../../src/service/payments.js';
import type { StartedParts } from '../../../src/service/started-parts.js';
import type { Time } from '../../../src/waiting/time.js';
import { unsealedContacts } from '../../controls/contacts.js';
import type { Disk } from '../disk.js';
import type { Plant } from '../plants/plant.js';
import type { Randomness } from '../randomness.js';
import type { Life } from '../schedule.js';
import type { Outside } from './outside.js';
import { SimulatedGateway } from './simulated-gateway.js';
import { SimulatedPost } from './simulated-post.js';

export interface DealingsOptions {
  readonly outside: Outside;
  readonly life: Life;
  readonly time: Time;
  readonly randomness: Randomness;
  /** That of the read models. */
  readonly database: Database;
  readonly isShared: boolean;
  /** Of the instances that share it. */
  readonly claimLocks: ClaimLocks;
  /** Whether the instance sends mails. */
  readonly hasMail: boolean;
  readonly disk: Disk;
  readonly secret: Buffer;
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
  const randomBytes = (count: number) =>
    Buffer.from(Array.from({ length: count }, () => randomness.below(256)));
  const tokens = new PaymentTokens({ shared, ...spare, secret, now: time.now, randomBytes });
  tendTokens(tokens, { isShared, time, log: silent }, parts);
  return {
    gateway: plant.gateway(new SimulatedGateway(outside, life, outside.bank), time),
    tokens,
  };
}

/** @throws ReadModelsUnavailableError */
export async function openMails(
  options: DealingsOptions,
  { orders }: Pick<ShopCommands, 'orders'>,
): Promise<Reaction> {
  const { outside, life, time, database, isShared, plant } = options;
  const contacts = {
    ...unsealedContacts,
    open: ({ sealed }: { readonly sealed: string }) =>
      Promise.resolve({ email: Buffer.from(sealed, 'base64url').toString() }),
  };
  const claimant = isShared
    ? new LockedClaimant({ locks: options.claimLocks, time, onFault: () => undefined })
    : claimantWithoutLock(time.newId(), database, true);
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
