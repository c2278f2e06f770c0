// What carries mails away: an SMTP server, or a folder.

export interface ReadyMail {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** RFC 5322. */
  readonly content: Buffer;
}

export interface MailCarrier {
  /**
   * @param handing resolves when the log knows that the content is being handed over
   * @throws MailAwayError, MailRefusedError; any other error leaves open whether it was taken
   */
  carry(mail: ReadyMail, handing: () => Promise<void>): Promise<void>;
  /** Removes what it keeps of the mail. */
  forget(messageId: string): Promise<void>;
}

/** The mail was not taken, whatever it is: the server cannot be used now. */
export class MailAwayError extends Error {
  override readonly name = 'MailAwayError';
}

/** The server did not take this mail. */
export class MailRefusedError extends Error {
  override readonly name = 'MailRefusedError';

  /** @param mayTakeLater such as a server that is too busy, or that lets strangers wait */
  constructor(
    message: string,
    readonly mayTakeLater = false,
  ) {
    super(message);
  }
}
