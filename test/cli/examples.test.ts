// Every help text says what each flag means and its default, and every example in it works on the
// sample shop.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as documents from '../../schema/generated/graphql.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { CommandLine } from './command.js';
import { type Help, helpOf } from './help.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MONTH = 'data/online-retail/2010-12.csv.gz';
/** One invoice of so many, of all days; test/faults/killed-while-importing.test.ts imports all. */
const ONE_OF = 10;
const cleanup = new Cleanup();
let service: ServiceProcess;
let cartograph: CommandLine;
let helps: Help[] = [];

beforeAll(async () => {
  // As in a clone of the repository, but for what the examples write.
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-examples-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'data'));
  for (const name of ['data/order-exports', 'data/catalogue', 'demo', 'src']) {
    await symlink(join(root, name), join(folder, name));
  }
  await mkdir(join(folder, 'data/online-retail'));
  await writeFile(join(folder, MONTH), gzipSync(await someInvoices()));
  service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  cartograph = CommandLine.on(service.dataDir, {}).in(folder);
  helps = await helpOf(cartograph);
}, 60_000);
afterAll(() => cleanup.run());

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await cartograph.run('--version')).toEqual({ code: 0, output: version, errors: '' });
});

test('every command that does something has an example of itself', () => {
  const own = helps.filter(({ text }) => !text.includes('\nCommands:\n'));
  expect(own.length).toBeGreaterThan(12);
  const without = own.filter(
    ({ command, examples }) => !examples.some((words) => words.join(' ').startsWith(command)),
  );
  expect(without.map(({ command }) => command)).toEqual([]);
});

test('the help of every flag has its meaning, and its default or that it is required', () => {
  const silent = helps.flatMap(({ command, flags }) =>
    flags
      .filter((flag) => !/^(-h, --help|--version) /.test(flag))
      .filter((flag) => !/^-.+ .{10,}\((default: .+|required.*)\)$/.test(flag))
      .map((flag) => `${command} ${flag}`),
  );
  expect(helps.flatMap(({ flags }) => flags).length).toBeGreaterThan(60);
  expect(silent).toEqual([]);
});

test('every example prints something on the sample shop and ends with 0', async () => {
  const { cartId, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: '85123A', quantity: 4 } });
  await shopper.ask(documents.ApplyCouponDocument, { input: { cartId, code: 'WELCOME10' } });
  const examples = helps
    .flatMap((help) => help.examples)
    .filter((words) => !needsAnotherLog(words) && !needsBrokers(words));
  expect(examples.length).toBeGreaterThan(20);
  for (const example of examples) {
    const { code, output, errors } = await (isServer(example) ? startAndStop : run)(example);
    expect([example, code, errors]).toEqual([example, 0, '']);
    expect([example, output]).toEqual([example, expect.stringMatching(/\S/)]);
  }
}, 240_000);

async function someInvoices(): Promise<string> {
  const [header = '', ...rows] = gunzipSync(await readFile(join(root, MONTH)))
    .toString()
    .split('\n');
  const some = rows.filter((row) => Number(/^\D?(\d+)/.exec(row)?.[1]) % ONE_OF === 0);
  expect(some.length).toBeGreaterThan(1_000);
  return [header, ...some, ''].join('\n');
}

const run = (example: readonly string[]) => cartograph.run(...example);

/** A damaged log, in test/cli/embedded-node-operations.test.ts; an empty one, in test/fill. */
const needsAnotherLog = (example: readonly string[]) =>
  example.includes('bench-fill') || example.join(' ').includes(' repair ');

/** These need a Kafka: test/cli/relay-commands.test.ts runs them. */
const needsBrokers = (example: readonly string[]) => example.includes('--brokers');

const isServer = ([command, second = '--']: readonly string[]) =>
  (command === 'serve' || command === 'embedded-node') && second.startsWith('--');

/** Until its first output, on a free port. It notes on stderr that it was told to stop. */
async function startAndStop(example: readonly string[]) {
  const words = example.map((word, index) => (example[index - 1] === '--port' ? '0' : word));
  const child = cartograph.with({ PORT: '0', DATA_DIR: './data/new' }).start(...words);
  child.stderr.resume();
  const closed = once(child, 'close') as Promise<[number | null]>;
  const first = await Promise.race([once(child.stdout, 'data'), closed]);
  child.kill('SIGTERM');
  const [code] = await closed;
  return { code, output: String(first[0]), errors: '' };
}
