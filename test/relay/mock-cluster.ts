// Three mock brokers of librdkafka, which `kcat` runs in its own process.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endWithFile } from '../support/unfinished.js';
import { ended } from './kcat.js';

export class MockCluster {
  private constructor(
    private readonly process: ChildProcess,
    readonly brokers: string,
  ) {}

  static async start(): Promise<MockCluster> {
    const words = ['-X', 'test.mock.num.brokers=3', '-b', 'x', '-C', '-t', 'keep'];
    const child = spawn('kcat', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    endWithFile(() => ended(child));
    for await (const line of createInterface({ input: child.stderr })) {
      const [, brokers] = /replaced with (\S+)/.exec(line) ?? [];
      if (brokers === undefined) continue;
      child.stderr.resume();
      return new MockCluster(child, brokers);
    }
    throw new Error('kcat ended without mock brokers');
  }

  /** The brokers answer nothing until they go on. */
  freeze(): void {
    this.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.process.kill('SIGCONT');
  }
}
