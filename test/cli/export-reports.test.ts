// The reports on sales as files for other programs, beside a service and without one.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cleanup } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;

beforeAll(async () => {
  const service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  cartograph = CommandLine.on(service.dataDir, { SHOP_TIME_ZONE: 'Europe/London' });
  const path = await cartograph.invoices(
    '536365,MUG,"=cmd|\'x\'!A1, ""a mug""",2,2011-10-29 23:30:00,1.50,,UK',
    '536365,PEN,Pen,10,2011-10-29 23:30:00,0.10,,UK',
    '536366,PEN,Pen,1,2011-10-30 00:30:00,0.12,,UK',
  );
  expect(await cartograph.run('import', 'online-retail', path)).toMatchObject({ code: 0 });
}, 60_000);
afterAll(() => cleanup.run());

const days = ['--first-day', '2011-10-29', '--last-day', '2011-10-30'];

async function written(...args: string[]): Promise<readonly string[]> {
  const { code, output, errors } = await cartograph.run('export', ...args);
  expect([code, errors]).toEqual([0, '']);
  return output.split('\n');
}

describe('as CSV', () => {
  test('each day', async () => {
    expect(await written('daily-revenue', ...days)).toEqual([
      'date,currency,orders,units,revenue',
      '2011-10-29,GBP,1,12,4.00',
      '2011-10-30,GBP,1,1,0.12',
    ]);
  });

  test('each day of another time zone', async () => {
    const flags = [...days, '--time-zone', 'Asia/Kolkata', '--currency', 'GBP'];
    expect(await written('daily-revenue', ...flags)).toEqual([
      'date,currency,orders,units,revenue',
      '2011-10-29,GBP,0,0,0.00',
      '2011-10-30,GBP,2,13,4.12',
    ]);
  });

  test('each hour, also the one that is repeated', async () => {
    const [header, ...hours] = await written('hourly-revenue', '--first-day', '2011-10-30');
    expect(header).toBe('date,hour,offset_minutes,begins_at,currency,orders,units,revenue');
    expect(hours).toHaveLength(25);
    expect(hours.slice(0, 3)).toEqual([
      '2011-10-30,0,60,"2011-10-29T23:00:00.000Z",GBP,1,1,0.12',
      '2011-10-30,1,60,"2011-10-30T00:00:00.000Z",GBP,0,0,0.00',
      '2011-10-30,1,0,"2011-10-30T01:00:00.000Z",GBP,0,0,0.00',
    ]);
  });

  test('products, whose names no spreadsheet runs', async () => {
    expect(await written('products', ...days)).toEqual([
      'sku,name,currency,orders,units,revenue',
      `MUG,"'=cmd|'x'!A1, ""a mug""",GBP,1,2,3.00`,
      'PEN,Pen,GBP,2,11,1.12',
    ]);
  });

  test('a header alone where there is nothing', async () => {
    expect(await written('coupons', ...days)).toEqual([
      'code,currency,orders,shared_orders,cancelled_orders,discount,revenue',
    ]);
    expect(await written('products', ...days, '--currency', 'EUR')).toHaveLength(1);
  });
});

test('as NDJSON: an object a line', async () => {
  const [day, ...others] = await written('cart-funnel', ...days, '--format', 'ndjson');
  expect(others).toHaveLength(1);
  expect(JSON.parse(day!)).toEqual({
    ...{ date: '2011-10-29', opened: 1, filled: 1, checked_out: 1, paid: 1, cancelled: 0 },
    ...{ abandoned: 0, merged: 0, still_open: 0 },
  });
  const [mug] = await written('products', ...days, '--format', 'ndjson');
  expect(JSON.parse(mug!)).toMatchObject({ name: `=cmd|'x'!A1, "a mug"`, revenue: '3.00' });
});

test('nothing is written from read models that are behind the log', async () => {
  const alone = await CommandLine.onNewFolder(cleanup);
  const path = await alone.invoices('536365,PEN,Pen,1,2011-10-30 00:30:00,0.12,,UK');
  await alone.run('import', 'online-retail', path);
  const { code, output } = await alone.run('export', 'products', '--first-day', '2011-10-30');
  expect([code, output]).toEqual([3, '']);
});
