// Sends each mail once. A mail that a server may have taken is not sent again: its reader would get
// it twice.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SealedContact } from '../domain/cart/events.js';
import { withAsciiDomain } from '../domain/person/address.js';
import { isAway } from '../errors/catalogue.js';
import type { Contacts } from '../personal-data/contacts.js';
import { PersonKeyError } from '../personal-data/personal-data.js';
import { retrying, type RetryOptions } from '../waiting/retrying.js';
import { Slots } from '../waiting/slots.js';
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
/** Another instance that has ended is found out within seconds. */
const BUSY_PAUSE_MS = { least: 500, most: 1_000 };
/** Other instances hand keys over every 5 s, as soon as Postgres is back. */
const KEY_PAUSE_MS = { least: 1_000, most: 5_000 };
const KEY_MS = 30_000;
/** A server that lets strangers wait takes a mail after some minutes: RFC 6647, section 5. */
const LATER_PAUSE_MS = { least: 15_000, most: 120_000 };
const LATER_MS = 20 * 60_000;
const RECORD_PAUSE_MS = { least: 250, most: 1_000 };
/** Mails on their way at once. One that waits for its next attempt holds up no other. */
const WIDTH = 16;

/** Another instance is at it, or has ended and its claim has not. */
class MailBusyError extends Error {}

/** The moment from which on a mail may have been taken. */
class Handing {
  isOver = false;
  /** Why it did not come to that; a carrier tells of a failure in its own words. */
  fault: unknown;
  private noting: Promise<void> = Promise.resolve();

  constructor(private readonly note: () => Promise<void>) {}

  async run(): Promise<void> {
    this.noting = this.note();
    try {
      await this.noting;
      this.isOver = true;
    } catch (error) {
      this.fault = error;
      throw error;
    }
  }

  /** Resolves when the note is not under way. */
  async settled(): Promise<void> {
    await this.noting.catch(() => undefined);
  }
}

export class MailSender {
  private readonly slots = new Slots(WIDTH);

  constructor(private readonly ports: MailSenderPorts) {}

  /**
   * Repeating it sends nothing. It waits while the server is away, until the signal aborts.
   *
   * @param draft undefined when there is nothing to send; asked for at each attempt
   * @throws MailRefusedError; PersonKeyError; an Error when the outcome is unknown
   */
  send(
    draft: () => Promise<MailDraft | undefined>,
    { signal, onFailure }: Attending,
  ): Promise<void> {
    const { time } = this.ports;
    const waiting = { pauseMs: PAUSE_MS, time, signal, onFailure };
    // What became of a mail is recorded also when it is told to stop meanwhile.
    const recording = {
      ...{ pauseMs: RECORD_PAUSE_MS, time, onFailure },
      retryIf: (error: unknown) => isAway(error) && !signal.aborted,
    };
    const attempt = () =>
      this.slots.within(async () => {
        signal.throwIfAborted();
        const drafted = await draft();
        if (drafted !== undefined) await this.attempt(drafted, recording);
      });
    const untilKeyIsHere = () =>
      retrying(attempt, {
        ...{ ...waiting, pauseMs: KEY_PAUSE_MS, withinMs: KEY_MS },
        retryIf: (error) => error instanceof PersonKeyError && error.mayCome,
      });
    const untilFree = () =>
      retrying(untilKeyIsHere, {
        ...{ ...waiting, pauseMs: BUSY_PAUSE_MS },
        retryIf: (error) => error instanceof MailBusyError,
      });
    const untilTaken = () =>
      retrying(untilFree, {
        ...{ ...waiting, pauseMs: LATER_PAUSE_MS, withinMs: LATER_MS },
        retryIf: (error) => error instanceof MailRefusedError && error.mayTakeLater,
      });
    const retryIf = (error: unknown) => error instanceof MailAwayError || isAway(error);
    return retrying(untilTaken, { ...waiting, retryIf });
  }

  /** Removes what is kept of the mails to a person. */
  async forget(keyId: string): Promise<void> {
    const { log, carrier } = this.ports;
    for (const messageId of await log.idsOf(keyId)) await carrier.forget(messageId);
  }

  private async attempt(
    { name, contact, occurredAt, mail }: MailDraft,
    recording: RetryOptions,
  ): Promise<void> {
    const { contacts, log, carrier, from, time, compose = byNodemailer } = this.ports;
    const given = (await contacts.open(contact))?.email;
    if (given === undefined) return;
    const to = withAsciiDomain(given);
    const messageId = `<${name}@${from.slice(from.lastIndexOf('@') + 1)}>`;
    const turn = await log.claim(messageId, contact.keyId, time.now());
    if (turn === 'sent') return;
    if (turn === 'unknown') throw new Error('Whether the mail was sent is not known');
    if (turn === 'with another instance') throw new MailBusyError('Another instance sends it');
    const composed = { from, to, date: new Date(occurredAt), messageId, ...mail };
    await this.carry(composed, () => compose(composed), recording);
    await retrying(() => log.sent(messageId), recording);
    // The person may have been erased meanwhile.
    if ((await contacts.open(contact)) === undefined) await carrier.forget(messageId);
  }

  private async carry(
    { messageId, from, to }: ComposedMail,
    compose: () => Promise<Buffer>,
    recording: RetryOptions,
  ): Promise<void> {
    const { log, carrier } = this.ports;
    const handing = new Handing(async () => {
      if (!(await log.handOver(messageId))) throw new MailBusyError('Another instance sends it');
    });
    try {
      const content = await compose();
      await carrier.carry({ messageId, from, to, content }, () => handing.run());
    } catch (error) {
      const isRefused = error instanceof MailRefusedError || error instanceof MailAwayError;
      const isUnsent = isRefused || !handing.isOver;
      // A connection can end while the note is written: then the note is taken back after it.
      await handing.settled();
      if (isUnsent) await retrying(() => log.free(messageId), recording);
      else log.doubt(messageId);
      throw handing.fault ?? error;
    }
  }
}
