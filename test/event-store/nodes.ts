// What the tests of the store and of everything on top of it start: nodes on free ports with logs
// in memory or in a folder of their own.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedNode, startEmbeddedNode } from 'embedded-eventstoredb';
import { EventStore } from '../../src/event-store/event-store.js';
import { lastingPort } from '../support/lasting-port.js';
import { endAll, endWithFile } from '../support/unfinished.js';

/** Ends what a test began, last first: all of it, and with the file at the latest. */
export class Cleanup {
  private readonly steps: (() => Promise<unknown>)[] = [];
  private settle: () => void = () => undefined;

  add(step: () => Promise<unknown>): void {
    if (this.steps.length === 0) this.settle = endWithFile(() => this.run());
    this.steps.push(step);
  }

  /** @throws what a step threw, after all have been tried */
  async run(): Promise<void> {
    this.settle();
    await endAll(this.steps.splice(0).reverse());
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
    const node = await startEmbeddedNode({ dataDir, port: await lastingPort() });
    const restartable = new RestartableNode(dataDir, node);
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
