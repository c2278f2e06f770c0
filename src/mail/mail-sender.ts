// Sends each mail once. A mail that a server may have taken is not sent again: its reader would get
// it twice.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SealedContact } from '../domain/cart/events.js';
import { isAway } from '../errors/catalogue.js';
import type { Contacts } from '../personal-data/contacts.js';
import { retrying, type RetryOptions } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import { MailAwayError, type MailCarrier, MailRefusedError } from './carrier.js';
import type { MailLog } from './mail-log.js';
import type { OrderMail } from './order-mail.js';

export interface MailSenderPorts {
  readonly contacts: Pick<Contacts, 'open'>;
  readonly log: MailLog;
  readonly carrier: MailCarrier;
  /** The address that mails are from. */
  readonly from: string;
  readonly time: Time;
  /** Makes the text of a mail; default: by nodemailer, which needs a real event loop. */
  readonly compose?: (mail: ComposedMail) => Promise<Buffer>;
}

export interface ComposedMail extends OrderMail {
  readonly from: string;
  readonly to: string;
  readonly date: Date;
  readonly messageId: string;
}

const byNodemailer = (mail: ComposedMail): Promise<Buffer> =>
  new MailComposer(mail).compile().build();

export interface MailDraft {
  /** Names the mail for ever: the part of its Message-ID before the domain. */
  readonly name: string;
  readonly contact: SealedContact;
  /** Of what it tells, in milliseconds since 1970. */
  readonly occurredAt: number;
  readonly mail: OrderMail;
}

export interface Attending {
  readonly signal: AbortSignal;
  /** Called with each failure after which it tries again. */
  readonly onFailure: (fault: unknown) => void;
}

const PAUSE_MS = { least: 500, most: 30_000 };

/** Another instance is at it, or its claim has not run out. */
class MailBusyError extends Error {}

export class MailSender {
  constructor(private readonly ports: MailSenderPorts) {}

  /**
   * Repeating it sends nothing. It waits while the server is away, until the signal aborts.
   *
   * @param draft undefined when there is nothing to send; asked for at each attempt
   * @throws MailRefusedError; PersonKeyError; an Error when the outcome is unknown
   */
  send(draft: () => Promise<MailDraft | undefined>, attending: Attending): Promise<void> {
    const waiting = { pauseMs: PAUSE_MS, time: this.ports.time, ...attending };
    const attempt = async () => {
      const drafted = await draft();
      if (drafted !== undefined) await this.attempt(drafted, { ...waiting, retryIf: isAway });
    };
    return retrying(attempt, {
      ...waiting,
      retryIf: (error) =>
        error instanceof MailAwayError || error instanceof MailBusyError || isAway(error),
    });
  }

  /** Removes what is kept of the mails to a person. */
  async forget(keyId: string): Promise<void> {
    const { log, carrier } = this.ports;
    for (const messageId of await log.idsOf(keyId)) await carrier.forget(messageId);
  }

  private async attempt(
    { name, contact, occurredAt, mail }: MailDraft,
    waiting: RetryOptions,
  ): Promise<void> {
    const { contacts, log, carrier, from, time, compose = byNodemailer } = this.ports;
    const to = (await contacts.open(contact))?.email;
    if (to === undefined) return;
    const messageId = `<${name}@${from.slice(from.lastIndexOf('@') + 1)}>`;
    const turn = await log.claim(messageId, contact.keyId, time.now());
    if (turn === 'sent') return;
    if (turn === 'unknown') throw new Error('Whether the mail was sent is not known');
    if (turn === 'with another instance') throw new MailBusyError('Another instance sends it');
    const content = await compose({ from, to, date: new Date(occurredAt), messageId, ...mail });
    await this.carry({ messageId, from, to, content });
    await retrying(() => log.note(messageId, 'SENT'), waiting);
    // The person may have been erased meanwhile.
    if ((await contacts.open(contact)) === undefined) await carrier.forget(messageId);
  }

  private async carry(mail: Parameters<MailCarrier['carry']>[0]): Promise<void> {
    const { log, carrier } = this.ports;
    try {
      await carrier.carry(mail, () => log.note(mail.messageId, 'HANDED'));
    } catch (error) {
      const isKnown = error instanceof MailRefusedError || error instanceof MailAwayError;
      if (isKnown) await log.note(mail.messageId, 'CLAIMED');
      throw error;
    }
  }
}
