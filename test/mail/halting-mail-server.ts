// A real SMTP server that takes mails, and goes no further than a test wants.
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Cleanup } from '../event-store/nodes.js';

export class HaltingMailServer {
  /** The names of the mails of which it has read the content. */
  readonly contents: string[] = [];
  /** What it waits before for ever. */
  waitsBefore: 'nothing' | 'the recipient' | 'the end' = 'nothing';
  private readonly server: SMTPServer;
  private heard = () => {};

  private constructor() {
    this.server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
      onRcptTo: (_address, _session, done) => {
        this.heard();
        if (this.waitsBefore !== 'the recipient') done();
      },
      onData: (stream, _session, done) => {
        let content = '';
        stream.on('data', (chunk) => (content += String(chunk)));
        stream.on('end', () => {
          this.contents.push(/^Message-ID:\s+<(.*)@/m.exec(content)?.[1] ?? content);
          this.heard();
          if (this.waitsBefore !== 'the end') done();
        });
      },
    });
    // Clients that are killed in the middle are what it is for.
    this.server.on('error', () => undefined);
  }

  static async start(cleanup: Cleanup): Promise<HaltingMailServer> {
    const mailServer = new HaltingMailServer();
    const { server } = mailServer;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    cleanup.add(() => new Promise<void>((resolve) => server.close(() => resolve())));
    return mailServer;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** Resolves when it hears of a recipient or of a content. */
  next(): Promise<void> {
    return new Promise((resolve) => (this.heard = resolve));
  }

  async mailed(...names: readonly string[]): Promise<void> {
    while (!names.every((name) => this.contents.includes(name))) await this.next();
  }

  countOf(name: string): number {
    return this.contents.filter((one) => one === name).length;
  }
}
