// Every command that docs/kafka.md and the help of `relay` show, as written but for the brokers'
// address, on the mock brokers of librdkafka.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { describeWithKcat } from '../relay/kcat.js';
import { MockCluster } from '../relay/mock-cluster.js';
import { CommandLine } from './command.js';
import { helpOf } from './help.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Such as `KAFKA_BROKERS=kafka1:9092 npx cartograph serve`. */
const COMMAND = /^(?:KAFKA_BROKERS=(\S+) )?npx cartograph ([^#\n]+?) *(?:#.*)?$/gm;
const isAddress = /^[\w.]+:9092(?:,[\w.]+:9092)*$/;

describeWithKcat('the commands of the relay', () => {
  const cleanup = new Cleanup();
  let cluster: MockCluster;
  let cartograph: CommandLine;
  beforeAll(async () => {
    cluster = await MockCluster.start();
    const service = await ServiceProcess.start();
    cleanup.add(() => service.remove());
    const { cartId, shopper } = await new Shopper(service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: '85123A', quantity: 4 } });
    // Its reactions would go on appending to what the commands compare.
    await service.stop();
    cartograph = CommandLine.on(service.dataDir, { PORT: '0' });
    await relayed();
  }, 120_000);
  afterAll(() => cleanup.run());

  const onMock = (words: readonly string[]) =>
    words.map((word) => (isAddress.test(word) ? cluster.brokers : word));

  async function relayed(): Promise<void> {
    const words = ['relay', 'kafka', '--brokers', cluster.brokers, '--to', 'end'];
    expect(await cartograph.run(...words)).toMatchObject({ code: 0 });
  }

  /** Those that go on are told to stop when the topics have everything, or when they serve. */
  async function expectWorks(words: readonly string[], brokers?: string): Promise<void> {
    const { code, output } = await (isLasting(words) ? untilDone(words, brokers) : runOnce(words));
    expect([words, code, output]).toEqual([words, 0, expect.stringMatching(/\S/)]);
  }

  const runOnce = (words: readonly string[]) => cartograph.run(...onMock(words));

  async function untilDone(words: readonly string[], brokers?: string) {
    const own: Record<string, string> = {};
    if (brokers !== undefined) own['KAFKA_BROKERS'] = cluster.brokers;
    const child = cartograph.with(own).start(...onMock(words));
    const closed = once(child, 'close') as Promise<[number | null]>;
    const isServer = words[0] === 'serve';
    const input = isServer ? child.stdout : child.stderr;
    (isServer ? child.stderr : child.stdout).resume();
    let output = '';
    for await (const line of createInterface({ input })) {
      output += line;
      if (isServer || line === 'The topics have every event of the log') break;
    }
    input.resume();
    child.kill('SIGTERM');
    const [code] = await closed;
    return { code, output };
  }

  test('those of docs/kafka.md', async () => {
    const text = await readFile(join(root, 'docs/kafka.md'), 'utf8');
    const commands = [...text.matchAll(COMMAND)];
    expect(commands.length).toBeGreaterThan(4);
    for (const [, brokers, line = ''] of commands) await expectWorks(line.split(' '), brokers);
  }, 240_000);

  test('a relay of a part of the log claims no more than that', async () => {
    const range = ['--from', '999999999', '--to', 'end'];
    const words = ['relay', 'kafka', '--brokers', cluster.brokers, ...range];
    const { output, errors } = await cartograph.run(...words);
    expect(errors).toContain('The topics have every event of what --from and --to name');
    expect(output).toBe('0 events were written');
  });

  test('the examples of the help texts that need brokers', async () => {
    const helps = await helpOf(cartograph, 'relay');
    const examples = helps
      .flatMap((help) => help.examples)
      .filter((words) => words.includes('--brokers'));
    expect(examples.length).toBeGreaterThan(1);
    for (const example of examples) await expectWorks(example);
  }, 240_000);
});

const isLasting = (words: readonly string[]) =>
  words[0] === 'serve' || (words[1] === 'kafka' && !words.includes('--to'));
