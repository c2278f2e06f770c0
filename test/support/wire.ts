// A wire between a client and a node: it can swallow what is sent, and it can be cut. Node runs
// this file as it is, for `bench/failover.ts`: its types can be erased.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Where a test or a script keeps what ends what it began. */
export interface Ends {
  add(step: () => Promise<unknown>): void;
}

export class Wire {
  private readonly sockets = new Set<Socket>();
  private isFrozen = false;

  private readonly server: Server;
  private readonly target: Target;

  private constructor(server: Server, target: Target) {
    this.server = server;
    this.target = target;
    server.on('connection', (near: Socket) => this.join(near));
  }

  static async to(target: Target, cleanup: Ends): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server, target);
    await wire.openAgain();
    cleanup.add(() => wire.close());
    return wire;
  }

  /** Where the wire begins; the same after `openAgain`. */
  port = 0;

  get connectionString(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** How many connections there are now. */
  get connections(): number {
    return this.sockets.size / 2;
  }

  /** Breaks every connection and refuses new ones. */
  async close(): Promise<void> {
    this.cut();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  async openAgain(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** From now on nothing comes through, on these connections and on new ones. */
  freeze(): void {
    this.isFrozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Nothing comes through the connections that there are; new ones are sound. */
  silence(): void {
    for (const socket of this.sockets) socket.pause();
  }

  /** Breaks every connection; new ones can be made. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private join(near: Socket): void {
    const far = connect(this.target.port, this.target.host);
    near.setNoDelay();
    far.setNoDelay();
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      // A broken connection is what the tests are about; its end is told by `close`.
      from.on('error', () => from.destroy());
      if (this.isFrozen) from.pause();
    }
  }
}
