// What the program says of itself, and how it refuses what it was not meant for.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { Cleanup } from '../event-store/nodes.js';
import { cartographScript } from '../flow/service.js';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { relayedCategories } from '../../src/relay/layout.js';
import { flagOf, settingNames } from '../../src/service/settings.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let cartograph: CommandLine;
beforeEach(async () => {
  cartograph = await CommandLine.onNewFolder(cleanup);
});
afterEach(() => cleanup.run());

test('serve takes every setting as a flag, and says what each means and its default', async () => {
  const { output } = await cartograph.run('serve', '--help');
  const flags = output.split(/\n {2}(?=-)/).map((flag) => flag.replaceAll(/\s+/g, ' '));
  for (const name of settingNames) {
    const [own] = flags.filter((flag) => flag.startsWith(`--${flagOf(name)} `));
    expect(own).toMatch(/^--[a-z-]+ <value> \w[^()]{10,}\(default: [^)]+\)/);
    expect(own).not.toContain('the setting');
  }
});

test('replay names every read model, and export every category of the log', async () => {
  const { output: replay } = await cartograph.run('replay', '--help');
  const names = projectionsOf(standardPricing).map(({ name }) => name);
  for (const name of names) expect(replay).toMatch(new RegExp(`\\b${name}[, ]`));
  const { output: exporting } = await cartograph.run('export', '--help');
  for (const name of relayedCategories) expect(exporting).toMatch(new RegExp(`\\b${name}[, ]`));
});

test.each(['--otel-logs-exporter', '--otel-propagators'])(
  'serve refuses %s, which nothing reads, in one line',
  async (flag) => {
    const { code, errors } = await cartograph.run('serve', flag, 'smtp://127.0.0.1');
    expect([code, errors]).toEqual([2, `error: unknown option '${flag}' (see --help)`]);
  },
);

test.each([
  ['a line break', 'a\nb'],
  ['an override of direction', 'a\u202eb'],
  ['an escape', 'a\u001b[31m'],
])('an argument with %s is no text, for any command', async (_what, text) => {
  for (const args of [
    ['token', '--role', 'admin', '--subject', text],
    ['inspect', text],
    ['nonsense', text],
  ]) {
    const { code, errors } = await cartograph.run(...args);
    expect([code, errors]).toEqual([
      2,
      expect.stringMatching(/^An argument must be one line of text, without [^\n]+$/),
    ]);
  }
});

describe('wrong usage ends with 2, a line that names it, and no folder made', () => {
  test.each<[string, string]>([
    ['', 'A command is missing'],
    ['sell', 'sell'],
    ['import', 'A command is missing'],
    ['import online-retail', 'file'],
    ['import online-retail a.csv --fast', '--fast'],
    ['inspect', 'stream'],
    ['inspect a b', 'too many arguments'],
    ['export --from yesterday', '--from yesterday'],
    ['export --to 5', '--to 5'],
    ['export --from 2010-12-24 --to 2010-12-01', '--to 2010-12-01 is before --from 2010-12-24'],
    ['what-if --ship-to GB --from 2011-01-02 --to 2011-01-01', 'is before --from 2011-01-02'],
    ['export products', '--first-day'],
    ['export products --first-day today', '--first-day today'],
    ['export coupons --first-day 2010-12-01 --last-day 2010-11-31', '--last-day 2010-11-31'],
    ['export daily-revenue --first-day 2010-12-02 --last-day 2010-12-01', 'not be later'],
    ['export hourly-revenue --first-day 2000-01-01 --last-day 2019-12-31', 'at most 3653 days'],
    ['export cart-funnel --first-day 2010-12-01 --time-zone Mars', '--time-zone must be a name'],
    ['export cart-funnel --first-day 2010-12-01 --currency GBP', '--currency'],
    ['export products --first-day 2010-12-01 --currency pounds', '--currency must be a code'],
    ['export products --first-day 2010-12-01 --format xml', '--format must be csv or ndjson'],
    ['serve --shop-time-zone Mars/Olympus', 'SHOP_TIME_ZONE must be a name of the IANA database'],
    ['what-if', '--pricing, --coupon, --ship-to or --shipping-method'],
    ['what-if --ship-to Britain', '--ship-to Britain'],
    ['what-if --ship-to XX', '--ship-to XX'],
    ['replay parcels', 'no read model parcels'],
    ['replay --promote --rollback', 'cannot be used with'],
    ['replay cart --status --drop-old', 'cannot be used with'],
    ['replay --keep all', '--keep must be a whole number'],
    ['replay cart --report bill.pdf', 'a report ends in'],
    [
      'replay cart --report no-such-folder/bill.json',
      'the folder does not exist or is not writable',
    ],
    ['replay coupons --report bill.json', 'A report compares carts'],
    ['what-if --coupon TEN', '--coupon TEN'],
    ['what-if --coupon TEN=10% --from yesterday', '--from yesterday'],
    ['what-if --pricing ./absent.ts', './absent.ts'],
    ['token', '--role'],
    ['token --role emperor --subject me', '--role'],
    ['token --role admin --subject me --ttl 16m', '--ttl'],
    ['token --role admin --subject me --ttl 0s', '--ttl'],
    ['embedded-node --port 70000', '--port'],
    ['bench-fill --carts many', '--carts'],
    ['bench-fill --carts 5 --coupon-uses 6', '--coupon-uses'],
    ['bench-fill --carts 5 --products 0', '--products'],
    ['embedded-node --host 0.0.0.0', '0.0.0.0'],
    ['serve --port http', 'PORT'],
  ])('cartograph %s', async (line, named) => {
    const { code, output, errors } = await cartograph.run(...line.split(' ').filter(Boolean));
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(named);
    expect(errors).not.toMatch(/\n\s+at /);
    expect(existsSync(cartograph.dataDir)).toBe(false);
  });

  test('a subject that is nobody', async () => {
    const { code, errors } = await cartograph.run('token', '--role', 'admin', '--subject', '');
    expect([code, errors]).toEqual([2, expect.stringContaining('--subject')]);
  });
});

test('a setting of the environment that does not parse ends any command with 2', async () => {
  const wrong = cartograph.with({ EVENTSTORE_URL: 'http://127.0.0.1' });
  for (const command of [['verify'], ['export'], ['token', '--role', 'admin', '--subject', 'me']]) {
    const { code, errors } = await wrong.run(...command);
    expect([code, errors]).toEqual([2, expect.stringMatching(/^EVENTSTORE_URL .+$/)]);
  }
});

test.each(['tls=maybe', 'tls=true&tlsCAFile=/absent.crt', 'keepAliveInterval=often'])(
  'a connection string with %s ends any command with 2, and its password is not told',
  async (option) => {
    const EVENTSTORE_URL = `esdb://admin:s3cret@127.0.0.1:2113?${option}`;
    for (const command of ['serve', 'verify']) {
      const { code, errors } = await cartograph.with({ EVENTSTORE_URL }).run(command);
      expect([code, errors]).toEqual([2, expect.stringMatching(/^EVENTSTORE_URL cannot be .+$/)]);
      expect(errors).not.toContain('s3cret');
    }
  },
);

test.each([
  ['a data folder that is a file', { DATA_DIR: cartographScript }, /^DATA_DIR cannot be used: .+$/],
  ['a host that nobody knows', { HOST: 'host.invalid', PORT: '0' }, /^.*host\.invalid$/],
])('%s ends serve with 3 and one line', async (_what, settings, line) => {
  const { code, errors } = await cartograph.with(settings).run('serve');
  expect([code, errors]).toEqual([3, expect.stringMatching(line)]);
});

test('a flag of serve wins over the environment', async () => {
  const { code, errors } = await cartograph.with({ PORT: '0' }).run('serve', '--port', 'http');
  expect([code, errors]).toEqual([2, expect.stringContaining('PORT')]);
});
