// What the tests of the store and of everything on top of it start: nodes on free ports with logs
// in memory or in a folder of their own, and a wire to one that can be frozen or cut.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedNode, startEmbeddedNode } from 'embedded-eventstoredb';
import { EventStore } from '../../src/event-store/event-store.js';

/** Ends what a test began, last first. */
export class Cleanup {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  async run(): Promise<void> {
    for (const step of this.steps.splice(0).reverse()) await step();
  }
}

export async function startTestNode(cleanup: Cleanup): Promise<EmbeddedNode> {
  const node = await startEmbeddedNode();
  cleanup.add(() => node.stop());
  return node;
}

export function connectTestStore(cleanup: Cleanup, connectionString: string): EventStore {
  const store = EventStore.connect(connectionString);
  cleanup.add(() => store.close());
  return store;
}

/** A node whose log survives `restart`, always on the same port. */
export class RestartableNode {
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly dataDir: string,
    private node: EmbeddedNode,
  ) {}

  static async start(cleanup: Cleanup): Promise<RestartableNode> {
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-store-'));
    const restartable = new RestartableNode(dataDir, await startEmbeddedNode({ dataDir }));
    cleanup.add(async () => {
      await restartable.stop();
      await rm(dataDir, { recursive: true, force: true });
    });
    return restartable;
  }

  get connectionString(): string {
    return this.node.connectionString;
  }

  stop(): Promise<void> {
    this.stopping ??= this.node.stop();
    return this.stopping;
  }

  async startAgain(): Promise<void> {
    await this.stop();
    this.stopping = undefined;
    this.node = await startEmbeddedNode({ dataDir: this.dataDir, port: this.node.port });
  }
}

/** A wire between a client and a node: it can swallow what is sent, and it can be cut. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isFrozen = false;

  private constructor(
    private readonly server: Server,
    private readonly target: Pick<EmbeddedNode, 'host' | 'port'>,
  ) {
    server.on('connection', (near: Socket) => this.join(near));
  }

  static async to(target: Pick<EmbeddedNode, 'host' | 'port'>, cleanup: Cleanup): Promise<Wire> {
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

/** A server that accepts connections and never says a word. */
export async function startSilentServer(cleanup: Cleanup): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return `esdb://127.0.0.1:${port}?tls=false`;
}
