// A node process that strangers are let at: afterwards it must be the same process, must answer as
// before, and must not have grown.
import { expect } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { all, newStream, numbers, series } from '../client/given.js';
import type { Cleanup } from '../../../test/event-store/nodes.js';
import { NodeProcess } from '../kills/node-process.js';
import { RawClient } from './raw-client.js';

const MEMORY_GROWTH_MIB = 150;

export class HostileNode {
  private constructor(
    readonly client: EventStoreDBClient,
    private readonly process: NodeProcess,
    private readonly cleanup: Cleanup,
  ) {}

  static async start(cleanup: Cleanup): Promise<HostileNode> {
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-hostile-'));
    cleanup.add(() => rm(dataDir, { recursive: true, force: true }));
    const process = new NodeProcess({ dataDir });
    await process.start();
    cleanup.add(() => process.kill());
    const client = EventStoreDBClient.connectionString(process.connectionString);
    cleanup.add(() => client.dispose());
    const node = new HostileNode(client, process, cleanup);
    await node.works();
    return node;
  }

  /** A stranger, who is gone after the test at the latest. */
  stranger(): RawClient {
    const stranger = new RawClient(this.address);
    this.cleanup.add(() => {
      stranger.close();
      return Promise.resolve();
    });
    return stranger;
  }

  get address(): string {
    return new URL(this.process.connectionString).host;
  }

  /** Writes, reads and has everything answered as on any day. */
  async works(): Promise<void> {
    const stream = newStream();
    await this.client.appendToStream(stream, series(3));
    expect(await numbers(this.client.readStream(stream))).toEqual([0, 1, 2]);
    expect(await all(this.client.readAll({ maxCount: 3 }))).toHaveLength(3);
  }

  /** Demands that what is done costs the process neither its life nor its memory. */
  async endures(deeds: () => Promise<void>, mostMib = MEMORY_GROWTH_MIB): Promise<void> {
    const { pid } = this.process;
    const before = await this.process.residentMib();
    await deeds();
    const grownMib = (await this.process.residentMib()) - before;
    await this.works();
    expect(this.process.pid).toBe(pid);
    expect(grownMib).toBeLessThan(mostMib);
  }
}
