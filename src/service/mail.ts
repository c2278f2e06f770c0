// Outgoing mail, from the start of the service to its end.
import type { OrderCommands } from '../commands/order-commands.js';
import type { Logger } from '../http/log.js';
import { EmlFolder } from '../mail/eml-folder.js';
import { MailLog } from '../mail/mail-log.js';
import { CartReminders, type CartReminderPorts } from '../mail/cart-reminders.js';
import type { Mails } from '../mail/mail-runner.js';
import { MailSender } from '../mail/mail-sender.js';
import { OrderMails } from '../mail/order-mails.js';
import { SmtpServer } from '../mail/smtp-server.js';
import type { Contacts } from '../personal-data/contacts.js';
import type { Time } from '../waiting/time.js';
import type { Config } from './config.js';
import { type ClaimantOf, makeOutbox, openOutboxDatabase } from './outbox.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { StartedParts } from './started-parts.js';

export interface RunningMails extends Mails {
  /** Removes what is kept of the mails to a person. */
  forget(keyId: string): Promise<void>;
}

export interface MailPorts {
  readonly orders: Pick<OrderCommands, 'freshState'>;
  readonly contacts: Pick<Contacts, 'open' | 'openText'>;
  readonly cart: CartReminderPorts['cart'];
  readonly lastContact: CartReminderPorts['lastContact'];
  readonly claimantOf: ClaimantOf;
  readonly time: Time;
  readonly log: Pick<Logger, 'warn'>;
}

/** @throws DataFolderError; ReadModelsUnavailableError when the database stays unavailable */
export async function startMail(
  config: Config,
  { log, claimantOf, ...ports }: MailPorts,
  parts: StartedParts,
): Promise<RunningMails> {
  const { smtpUrl, mailFrom } = config;
  const outbox = makeOutbox(config);
  const database = await openOutboxDatabase(config, 'mail.sqlite', (file) => MailLog.prepare(file));
  parts.add('mail', () => database.close());
  const claimant = claimantOf(database);
  const problem = 'the database of the mails is not available yet';
  const mails = await retryWhileUnavailable(problem, log, () => MailLog.on(database, claimant));
  const carrier = smtpUrl === undefined ? new EmlFolder(outbox) : new SmtpServer(new URL(smtpUrl));
  const { contacts, time, orders, cart, lastContact } = ports;
  const sender = new MailSender({ contacts, time, log: mails, carrier, from: mailFrom });
  return {
    orders: new OrderMails({ orders, contacts, sender }),
    reminders: new CartReminders({ cart, lastContact, sender, now: time.now }),
    forget: (keyId) => sender.forget(keyId),
  };
}
