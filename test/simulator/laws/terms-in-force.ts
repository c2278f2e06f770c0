// Tax rules and shipping methods as their streams' events tell them, at each place of the log: a fold
// of its own, which shares no code with the service's.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';

export interface RuleInForce {
  readonly country: string;
  readonly region: string | null;
  readonly category: string;
  readonly name: string;
  readonly partsPerMillion: number;
  readonly pricesIncludeTax: boolean;
  readonly holdsFrom: number;
}

interface Standing<State> {
  /** When the event that made it so was stored, and where; from the beginning: 0. */
  readonly since: number;
  readonly position: bigint;
  readonly state: State;
}

/** All states of one kind, the oldest first. */
export class Standings<State> {
  private readonly all: Standing<State>[];

  constructor(first: State) {
    this.all = [{ since: 0, position: -1n, state: first }];
  }

  get now(): State {
    return this.all.at(-1)!.state;
  }

  add({ recordedAt, position }: StoredEvent, state: State): void {
    this.all.push({ since: recordedAt, position, state });
  }

  /** Every one that stood between an instant and a place in the log. */
  between(from: number, before: bigint): readonly State[] {
    const earlier = this.all.filter(({ position }) => position < before);
    const first = earlier.findLastIndex(({ since }) => since < from);
    return earlier.slice(Math.max(0, first)).map(({ state }) => state);
  }
}

type Rules = ReadonlyMap<string, RuleInForce>;

export class TermsInForce {
  readonly rules = new Standings<Rules>(new Map());
  /** Codes of the shipping methods that are offered. */
  readonly offered = new Standings<ReadonlySet<string>>(new Set());

  stored(event: StoredEvent): void {
    const { type, data } = event;
    if (type === 'TaxRuleDefined' || type === 'TaxRuleWithdrawn') {
      const rule = data as RuleInForce;
      const rules = new Map(this.rules.now);
      if (type === 'TaxRuleDefined') rules.set(nameOf(rule), rule);
      else rules.delete(nameOf(rule));
      this.rules.add(event, rules);
    }
    if (type !== 'ShippingMethodDefined' && type !== 'ShippingMethodWithdrawn') return;
    const { code } = data as { readonly code: string };
    const offered = new Set(this.offered.now);
    if (type === 'ShippingMethodDefined') offered.add(code);
    else offered.delete(code);
    this.offered.add(event, offered);
  }
}

function nameOf({ country, region, category, holdsFrom }: RuleInForce): string {
  return [country, region ?? '*', category, holdsFrom].join(' ');
}

/** As docs/tax-and-shipping.md ranks them; undefined where there is no tax. */
export function ruleFor(
  rules: Rules,
  { country, region }: Pick<RuleInForce, 'country' | 'region'>,
  category: string,
  at: number,
): RuleInForce | undefined {
  const ranks = [
    [category, region],
    [category, null],
    ['standard', region],
    ['standard', null],
  ];
  const begun = [...rules.values()].filter((one) => one.country === country && one.holdsFrom <= at);
  return ranks
    .map(([ofCategory, ofRegion]) =>
      begun
        .filter((one) => one.category === ofCategory && one.region === ofRegion)
        .sort((one, other) => other.holdsFrom - one.holdsFrom)
        .at(0),
    )
    .find((rule) => rule !== undefined);
}

/** Rounded half up, in whole numbers. */
export function taxOn({ partsPerMillion, pricesIncludeTax }: RuleInForce, base: number): number {
  const whole = 1_000_000 + (pricesIncludeTax ? partsPerMillion : 0);
  const doubled = 2 * base * partsPerMillion + whole;
  return (doubled - (doubled % (2 * whole))) / (2 * whole);
}
