// kcat, a client of Kafka that knows nothing of ours, as the consumer and as a stranger who writes.
// Where there is no kcat, tests that need it skip.
import { describe } from '@jest/globals';
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

/** The suites that need kcat skip where there is none, and say why. */
export function describeWithKcat(name: string, body: () => void): void {
  if (whyNoKcat === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${whyNoKcat})`, body);
}

export interface KcatRecord {
  readonly partition: number;
  readonly key: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly value: string;
}

/** The committed records of a topic, from its beginning to where it ends now. */
export async function consumed(brokers: string, topic: string): Promise<readonly KcatRecord[]> {
  const child = reader(brokers, topic, ['-e']);
  const records: KcatRecord[] = [];
  for await (const line of createInterface({ input: child.stdout! })) records.push(recordIn(line));
  return records;
}

/** Resolves when the topic has so many committed records. */
export async function untilConsumed(brokers: string, topic: string, count: number): Promise<void> {
  const child = reader(brokers, topic, []);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  for (let found = 0; found < count; found += 1) await lines.next();
  await ended(child);
}

/** Writes one record, and resolves when the brokers have it. */
export async function produce(brokers: string, topic: string, record: KcatRecord): Promise<void> {
  const { partition, key, headers, value } = record;
  const named = [...headers].flatMap(([name, text]) => ['-H', `${name}=${text}`]);
  const place = ['-b', brokers, '-P', '-t', topic, '-p', String(partition), '-k', key];
  const child = spawn('kcat', [...place, ...named], { stdio: ['pipe', 'ignore', 'inherit'] });
  endWithFile(() => ended(child));
  const exit = once(child, 'exit');
  child.stdin.end(value);
  const [code] = (await exit) as [number | null];
  if (code !== 0) throw new Error(`kcat did not write: ${String(code)}`);
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function reader(brokers: string, topic: string, more: readonly string[]): ChildProcess {
  const words = ['-b', brokers, '-C', '-t', topic, '-q', '-u', '-f', '%p\t%k\t%h\t%s\n', ...more];
  const isolation = ['-X', 'isolation.level=read_committed'];
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const child = spawn('kcat', [...words, ...isolation], { stdio: [...stdio] });
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
