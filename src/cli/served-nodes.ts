// The node of a server on the same data folder. When the server starts again, its node may have
// another port: the server's endpoint file says which.
import type { CallOptions, StoreAccess, StoreClient } from '../event-store/store-access.js';
import { StoreNodes } from '../event-store/store-nodes.js';

export class ServedNodes implements StoreAccess {
  private nodes: StoreNodes;
  private readonly listeners: (() => void)[] = [];

  /** @param find where the node is now; undefined while no server runs */
  constructor(
    private current: string,
    private readonly find: () => Promise<string | undefined>,
  ) {
    this.nodes = new StoreNodes(current);
  }

  get connectionString(): string {
    return this.current;
  }

  get callOptions(): CallOptions {
    return this.nodes.callOptions;
  }

  async connect(): Promise<StoreClient> {
    await this.follow();
    return this.nodes.connect();
  }

  onMove(listener: () => void): void {
    this.listeners.push(listener);
  }

  noteFault(error: unknown): void {
    this.nodes.noteFault(error);
    // A file that cannot be read fails the next connection.
    this.follow().catch(() => undefined);
  }

  close(): Promise<void> {
    return this.nodes.close();
  }

  /** Whichever call finds that the node has moved, all connections are to be replaced. */
  private async follow(): Promise<void> {
    const found = await this.find();
    if (found === undefined || found === this.current) return;
    const { nodes } = this;
    this.current = found;
    this.nodes = new StoreNodes(found);
    this.listeners.forEach((listener) => listener());
    await nodes.close();
  }
}
