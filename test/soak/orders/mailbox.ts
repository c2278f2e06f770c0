// A real SMTP server that takes every mail, and says how often it took each.
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { Arrivals } from './arrivals.js';

export class Mailbox {
  /** How often each Message-ID has come. */
  readonly counts = new Map<string, number>();
  private readonly server: SMTPServer;
  private readonly arrivals = new Arrivals((id) => this.counts.has(id));

  private constructor() {
    this.server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
      onData: (stream, _session, done) => {
        let content = '';
        stream.on('data', (chunk) => (content += String(chunk)));
        stream.on('end', () => {
          const id = /^Message-ID:\s*<([^>]+)>/im.exec(content)?.[1] ?? 'none';
          this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
          done();
          this.arrivals.heard();
        });
      },
    });
    // Clients that are killed in the middle are what it is for.
    this.server.on('error', () => undefined);
  }

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    await new Promise<void>((resolve) => mailbox.server.listen(0, '127.0.0.1', resolve));
    return mailbox;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** Waits for these mails; returns those that have not come when the time is over. */
  missing(ids: readonly string[], withinMs: number): Promise<readonly string[]> {
    return this.arrivals.missing(ids, withinMs);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
