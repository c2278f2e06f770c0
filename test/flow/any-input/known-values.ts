// Values for the arguments of generated operations: those that a running shop has told, words that
// fit, and words that no shop is meant for.
import type { GraphQLScalarType } from 'graphql';
import type { Randomness } from '../../simulator/randomness.js';

/** Values kept of each name. */
const KEPT = 40;

/** Under which names the answers tell what an argument wants. */
const toldAs: Readonly<Record<string, readonly string[]>> = {
  after: ['cursor', 'endCursor', 'startCursor'],
  before: ['cursor', 'endCursor', 'startCursor'],
  asRecordedAt: ['occurredAt', 'recordedAt', 'at'],
  timestamp: ['occurredAt', 'recordedAt', 'updatedAt', 'at'],
};

const fitting: Readonly<Record<string, readonly unknown[]>> = {
  amount: [0, 1, 100, 2_500],
  carrier: ['Royal Mail'],
  code: ['WELCOME10', 'FIVER', 'FRESH', 'STANDARD'],
  country: ['GB', 'DE'],
  currency: ['GBP', 'GBP', 'EUR'],
  email: ['ann@example.org', 'bob@example.org'],
  first: [1, 5, 20],
  firstDay: ['2026-11-01'],
  last: [1, 5],
  lastDay: ['2026-11-30'],
  lines: ['1 High Street'],
  name: ['A box', 'Standard'],
  paymentToken: ['tok_ok', 'tok_declined'],
  postalCode: ['SW1A 1AA'],
  price: [0, 1, 999],
  quantity: [1, 2, 3],
  reason: ['It was asked for'],
  timeoutMs: [1, 50],
  timeZone: ['UTC', 'Europe/Berlin'],
  url: ['https://hooks.example.org/shop'],
};

const strangeTexts = [
  ...[
    '',
    ' ',
    '\n',
    '\u0000',
    '\u202e',
    '\ud83d\ude00',
    '\ud800',
    'e\u0301',
    '"',
    '\\',
    '%',
    '%25',
  ],
  ...['__proto__', 'constructor', 'toString', '$all', '$streams', 'cart-', '../..', "';--", 'null'],
  ...[
    '-1',
    '0',
    '1e400',
    '9007199254740993',
    '18446744073709551616',
    '2026-02-30',
    'XXX',
    'Mars/A',
  ],
  ...['http://127.0.0.1:1/', 'ftp://x', 'a@', 'a'.repeat(200), 'a'.repeat(5_000)],
];
const strangeNumbers = [0, -1, 1_000, 1_000_000, 2 ** 31 - 1, -(2 ** 31)];
const strange: Readonly<Record<string, readonly unknown[]>> = {
  Int: strangeNumbers,
  SafeInt: [...strangeNumbers, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  DateTime: [
    ...['1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00Z'],
    ...['+275760-09-13T00:00:00Z', '2026-06-30T23:59:60Z', '2026-11-01T24:00:00Z', '2026-11-01'],
    '2026-03-29T02:30:00+01:00',
  ],
};

export class KnownValues {
  private readonly told = new Map<string, unknown[]>();

  constructor(private readonly draw: Randomness) {}

  keep(name: string, value: unknown): void {
    const values = this.told.get(name) ?? [];
    this.told.set(name, values);
    if (values.includes(value)) return;
    if (values.length < KEPT) values.push(value);
    else values[this.draw.below(KEPT)] = value;
  }

  /** Every leaf of an answer, by its field's name. */
  keepAll(answer: unknown, name = ''): void {
    if (Array.isArray(answer)) answer.forEach((each) => this.keepAll(each, name));
    else if (typeof answer === 'object' && answer !== null) {
      for (const [field, value] of Object.entries(answer)) this.keepAll(value, field);
    } else if (answer != null) this.keep(name, answer);
  }

  any(name: string): unknown {
    const values = this.told.get(name);
    return values === undefined ? undefined : this.draw.pick(values);
  }

  /** Mostly what gets far. */
  for({ name: type }: GraphQLScalarType, name: string): unknown {
    const { draw } = this;
    if (draw.chance(0.08)) return draw.pick(strange[type] ?? strangeTexts);
    if (name === 'commandId' && draw.chance(0.9)) return draw.newId();
    const told = [name, ...(toldAs[name] ?? [])].flatMap((each) => this.told.get(each) ?? []);
    const known = [...told, ...(fitting[name] ?? [])].filter((value) => isOf(type, value));
    return known.length === 0 ? undefined : draw.pick(known);
  }
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'Int' || type === 'SafeInt') return Number.isInteger(value);
  return typeof value === (type === 'Boolean' ? 'boolean' : 'string');
}
