// The service is killed while an import writes to its log. The import says so; run again beside the
// restarted service, it ends as if nothing had happened, and the report is exact to the penny.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import * as documents from '../../schema/generated/graphql.js';
import { CommandLine } from '../cli/command.js';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import { month, ORDERS, untilOrders } from './imported-month.js';

/** The long form: CARTOGRAPH_SOAK=10 npm test -- test/faults */
const KILLS = Number(process.env['CARTOGRAPH_SOAK'] ?? 1);

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function killedImport(service: ServiceProcess, cartograph: CommandLine, orders: number) {
  const child = cartograph.start('import', 'online-retail', month, '--json', '--wait', '2');
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = once(child, 'close') as Promise<[number | null]>;
  await untilOrders(service, orders, cleanup);
  await service.kill();
  const [code] = await ended;
  return { code, errors: errors.trim() };
}

test('an import whose server is killed says so, and is completed by the next', async () => {
  const service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  const folder = await CommandLine.onNewFolder(cleanup);
  const cartograph = folder.with({ DATA_DIR: service.dataDir });
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const orders = Math.floor((ORDERS * kill) / (KILLS + 1));
    const { code, errors } = await killedImport(service, cartograph, orders);
    expect([code, errors]).toEqual([
      3,
      expect.stringMatching(
        /^(The event store did not answer in time[^\n]*: the import waits for it\n)*The event store did not answer in time[^\n]*$/,
      ),
    ]);
    await service.restart();
  }

  const summary = JSON.parse(
    await service.run('import', 'online-retail', month, '--json'),
  ) as Record<string, unknown>;
  expect(summary).toEqual({
    lines: 42_481,
    imported: 41_480,
    skipped: { cancellation: 728, 'non-positive quantity': 70, 'zero price': 203 },
    carts: ORDERS,
    orders: ORDERS,
    units: 359_239,
    revenue: { minorUnits: 82_374_614, currency: 'GBP', decimal: '823746.14' },
    leftOut: [],
    events: expect.any(Number),
    seconds: expect.any(Number),
  });
  const verification = JSON.parse(await service.run('verify', '--json')) as object;
  expect(verification).toMatchObject({ differences: [] });

  const admin = await Shopper.signedIn(service, 'admin', 'boss');
  const { revenueReport } = await admin.ask(documents.RevenueReportDocument, {
    from: '2010-12-01T00:00:00.000Z',
    to: '2011-01-01T00:00:00.000Z',
    currency: 'GBP',
  });
  expect(revenueReport).toHaveLength(20);
  expect(revenueReport[0]).toMatchObject({ revenue: { minorUnits: 5_896_079 } });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  expect(sum(revenueReport.map(({ revenue }) => revenue.minorUnits))).toBe(82_374_614);
  expect(sum(revenueReport.map(({ orders }) => orders))).toBe(ORDERS);
}, 300_000);
