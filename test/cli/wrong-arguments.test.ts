// Every command with what a person may get wrong: one line on stderr, the documented exit code, and
// never a stack trace.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Cleanup } from '../event-store/nodes.js';
import { CommandLine, twoInvoices } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
/** What stands for `{name}` in a line below. */
const places: Record<string, string> = {};

beforeAll(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
  const invoices = await cartograph.invoices(...twoInvoices);
  expect(await cartograph.run('import', 'online-retail', invoices)).toMatchObject({ code: 0 });
  const folder = `${cartograph.dataDir}-files`;
  await mkdir(join(folder, 'folder.json'), { recursive: true });
  const files: Record<string, string> = {
    invoices,
    text: 'hello\n',
    garbage: 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\nx,,,,,,\n',
    'report.json': '{}',
    'throws.js': 'throw new Error("a module of\\n  at two lines")',
  };
  for (const [name, content] of Object.entries(files)) {
    const path = name === 'invoices' ? invoices : join(folder, name);
    if (name !== 'invoices') await writeFile(path, content);
    places[name] = path;
  }
  places['folder'] = join(folder, 'folder.json');
  places['absent'] = join(folder, 'absent.json');
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  cleanup.add(async () => {
    holder.close();
    await once(holder, 'close');
  });
  places['port'] = String((holder.address() as AddressInfo).port);
});
afterAll(() => cleanup.run());

const filledIn = (text: string) =>
  text.replaceAll(/\{(.+?)\}/g, (_all, name: string) => places[name] ?? '');

async function demandOneLine(
  line: string,
  code: number,
  named: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const args = line
    .split(' ')
    .filter((word) => word !== '')
    .map(filledIn);
  const ended = await cartograph.with(settings).run(...args);
  expect(ended).toMatchObject({ code, output: '' });
  expect(ended.errors).toContain(filledIn(named));
  expect(ended.errors).not.toMatch(/^\s*at .+:\d+/m);
  expect(ended.errors.split('\n')).toHaveLength(1);
}

describe('wrong usage ends with 2', () => {
  test.each<[string, string]>([
    ['sell', 'sell'],
    ['', 'A command is missing'],
    ['import', 'A command is missing'],
    ['import shares', 'shares'],
    ['audit', 'A command is missing'],
    ['serve --no-such-flag', '--no-such-flag'],
    ['serve --port', '--port'],
    ['serve surplus', 'too many arguments'],
    ['serve --pricing-rules {absent}', '{absent}'],
    ['serve --pricing-rules {throws.js}', '{throws.js}'],
    ['serve --pricing-rules {folder}', '{folder}'],
    ['import online-retail {absent}', '{absent}'],
    ['import online-retail {folder}', '{folder} is a folder'],
    ['import online-retail {text}', '{text} has no column'],
    ['import online-retail {text}/x', '{text}/x'],
    ['import online-retail {invoices} --date-format often', '--date-format'],
    ['import online-retail {invoices} --encoding rot13', '--encoding'],
    ['import online-retail {invoices} --decimal-mark x', '--decimal-mark'],
    ['export --category carts', '--category'],
    ['export --category $all', '--category'],
    ['export --from never', '--from'],
    ['replay warehouse', 'warehouse'],
    ['replay cart --report {folder}', '{folder} is a folder'],
    ['replay cart --report {report.json}', '--force'],
    ['replay cart --report {absent}.pdf', 'a report ends in'],
    ['replay cart --report {absent}/report.json', 'does not exist or is not writable'],
    ['projections --pause warehouse', 'warehouse'],
    ['compensate --from {absent}', '{absent}'],
    ['compensate --from {folder}', 'EISDIR'],
    ['compensate --from {report.json}', 'not an impact report'],
    ['compensate --from {text}', 'only a .json report'],
    ['what-if --pricing {absent}', '{absent}'],
    ['what-if --pricing {throws.js}', '{throws.js}'],
    ['audit verify --checkpoint {absent}', '{absent}'],
    ['audit verify --checkpoint {folder}', 'EISDIR'],
    ['audit verify --checkpoint {text}', 'not a signed log root'],
    ['audit verify --checkpoint {report.json}', 'not a signed log root'],
    ['audit verify --checkpoint {report.json} --public-key {absent}', '{absent}'],
    ['audit checkpoint --to {report.json}', '{report.json}'],
    ['audit checkpoint --to {absent}/x', '{absent}'],
    ['relay kafka --from 5 --to 3', '--to 3 is before --from 5'],
    ['relay kafka --from 5 --to 3 --dry-run', '--to 3 is before --from 5'],
    ['token --role admin', '--subject'],
    ['token --role boss --subject me', '--role'],
    ['embedded-node --port many', '--port'],
    ['embedded-node --cert {absent}', '--cert'],
    ['embedded-node --no-such-flag', '--no-such-flag'],
    ['embedded-node --port 0 --data=', '--data'],
    ['embedded-node verify --data=', '--data'],
    ['embedded-node backup --data {folder} --to=', '--to'],
    ['embedded-node backup --data {folder}', '--to'],
  ])('cartograph %s', (line, named) => demandOneLine(line, 2, named));
});

describe('the answer no ends with 1', () => {
  test.each<[string, string]>([
    ['inspect cart-nobody', 'There is no stream cart-nobody'],
    ['import online-retail {garbage}', 'none of its 1 lines'],
    ['import online-retail {invoices} {garbage}', 'none of its 1 lines'],
  ])('cartograph %s', (line, named) => demandOneLine(line, 1, named));
});

describe('an unavailable log, database or port ends with 3', () => {
  test.each<[string, string, Record<string, string>]>([
    ['serve --port {port}', 'EADDRINUSE', {}],
    ['serve --port 0 --data-dir {text}', 'DATA_DIR', {}],
    ['serve --port 0 --data-dir {text}/x', 'DATA_DIR', {}],
    ['embedded-node --port {port}', 'EADDRINUSE', {}],
    ['verify', 'no log', { DATA_DIR: '/dev/null/x' }],
    ['serve --port 0', 'DATA_DIR', { DATA_DIR: '/dev/null/x' }],
    // In /proc the system refuses each new name although the folder is there.
    ...['serve --port 0', 'token --role admin --subject me', 'import online-retail {invoices}'].map(
      (line): [string, string, Record<string, string>] => [
        line,
        'DATA_DIR',
        { DATA_DIR: '/proc/nothing/x' },
      ],
    ),
    ['embedded-node --port 0 --data /proc/nothing', '/proc/nothing', {}],
    ['verify', 'did not answer', { EVENTSTORE_URL: 'esdb://127.0.0.1:9?tls=false' }],
    ['verify', 'database', { DATABASE_URL: 'postgres://127.0.0.1:9/x' }],
  ])('cartograph %s: %s', (line, named, settings) => demandOneLine(line, 3, named, settings));
});

test('a report is for its owner alone, and replaced only when asked', async () => {
  const path = `${cartograph.dataDir}-files/new.json`;
  const served = cartograph.start('serve', '--port', '0');
  await once(served.stdout, 'data');
  served.kill('SIGTERM');
  await once(served, 'close');
  const replay = (...flags: string[]) =>
    cartograph.run('replay', 'cart', '--fresh', '--report', path, ...flags);
  expect(await replay()).toMatchObject({ code: 0, errors: '' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const before = await readFile(path, 'utf8');
  expect(await replay()).toMatchObject({ code: 2 });
  expect(await readFile(path, 'utf8')).toBe(before);
  expect(await replay('--force')).toMatchObject({ code: 0, errors: '' });
});

test('LOG_LEVEL=debug prints the stack', async () => {
  const { errors } = await cartograph
    .with({ LOG_LEVEL: 'debug' })
    .run('import', 'online-retail', filledIn('{absent}'));
  expect(errors).toMatch(/\n\s+at /);
});
