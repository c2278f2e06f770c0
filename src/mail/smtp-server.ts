// An SMTP server, by nodemailer's connection: one connection a mail. RFC 5321: a server has taken a
// mail when it answers its content with 250. The content is read only after the server has asked
// for it, so a failure before that is known to have sent nothing.
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { Readable } from 'node:stream';
import { reasonOf } from '../errors/reason-of.js';
import { MailAwayError, type MailCarrier, MailRefusedError, type ReadyMail } from './carrier.js';

/** A silent server is given up after this. */
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 20_000 };

type Callback = (error?: Error | null) => void;

export class SmtpServer implements MailCarrier {
  /** @param url smtp:// or smtps://, with user and password where they are needed */
  constructor(private readonly url: URL) {}

  async carry(mail: ReadyMail, handing: () => Promise<void>): Promise<void> {
    let isHanding = false;
    const content = Readable.from(
      (async function* () {
        isHanding = true;
        await handing();
        yield mail.content;
      })(),
    );
    const connection = this.newConnection();
    try {
      await this.connect(connection);
      const { from, to } = mail;
      await promised(connection, (done) => connection.send({ from, to: [to] }, content, done));
    } catch (error) {
      throw translated(error, isHanding, mail.to);
    } finally {
      content.destroy();
      connection.close();
    }
  }

  async forget(): Promise<void> {
    // It is out of reach.
  }

  private newConnection(): SMTPConnection {
    const { protocol, hostname, port } = this.url;
    const secure = protocol === 'smtps:';
    const connection = new SMTPConnection({
      ...TIMEOUTS,
      host: hostname,
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
    });
    // Errors after the end of a mail concern nothing.
    connection.on('error', () => undefined);
    return connection;
  }

  private async connect(connection: SMTPConnection): Promise<void> {
    await promised(connection, (done) => connection.connect(done));
    const { username, password } = this.url;
    if (username === '') return;
    const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
    await promised(connection, (done) => connection.login({ credentials }, done));
  }
}

function promised(connection: SMTPConnection, start: (done: Callback) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    connection.once('error', fail);
    connection.once('end', () => reject(new Error('The connection ended')));
    start((error) => (error ? reject(error) : resolve()));
  });
}

function translated(error: unknown, isHanding: boolean, address: string): Error {
  // The server's words may name the address, which no log may keep.
  const reason = reasonOf(error).replaceAll(address, 'the address');
  const { responseCode, command = '' } = error as { responseCode?: number; command?: string };
  const isOfMail = responseCode !== undefined && /^(MAIL|RCPT|DATA)/.test(command);
  // RFC 5321, section 4.2.1: 4yz is a failure that passes. The content is not sent again at once.
  if (isOfMail) return new MailRefusedError(reason, !isHanding && responseCode < 500);
  return isHanding ? new Error(reason) : new MailAwayError(reason);
}
