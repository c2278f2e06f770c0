// Three mock brokers of librdkafka, which `kcat` runs in its own process, and kcat as a consumer
// that knows nothing of our client. Where there is no kcat, tests that need it skip.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endWithFile } from '../support/unfinished.js';

/** Undefined where kcat is; else why it is not. */
export const whyNoKcat = (() => {
  try {
    execFileSync('kcat', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no kcat';
  }
})();

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

  /** What kcat reads of a topic, from its beginning to where it ends now. */
  async consumed(topic: string): Promise<readonly KcatRecord[]> {
    const child = kcat(this.brokers, topic, ['-e']);
    const records: KcatRecord[] = [];
    for await (const line of createInterface({ input: child.stdout! }))
      records.push(recordIn(line));
    return records;
  }

  /** Resolves when the topic has so many records. */
  async until(topic: string, count: number): Promise<void> {
    const child = kcat(this.brokers, topic, []);
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    for (let found = 0; found < count; found += 1) await lines.next();
    await ended(child);
  }
}

export interface KcatRecord {
  readonly partition: number;
  readonly key: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly value: string;
}

function kcat(brokers: string, topic: string, more: readonly string[]): ChildProcess {
  const words = ['-b', brokers, '-C', '-t', topic, '-q', '-u', '-f', '%p\t%k\t%h\t%s\n', ...more];
  const child = spawn('kcat', words, { stdio: ['ignore', 'pipe', 'ignore'] });
  endWithFile(() => ended(child));
  return child;
}

function recordIn(line: string): KcatRecord {
  const [partition = '', key = '', headers = '', ...value] = line.split('\t');
  const entries = headers.split(',').map((each) => {
    const [name = '', ...text] = each.split('=');
    return [name, text.join('=')] as const;
  });
  return { partition: +partition, key, headers: new Map(entries), value: value.join('\t') };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
