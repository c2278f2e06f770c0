// Everybody who is about: households of two tabs each, subscribers, support, an operator, a
// merchandiser, and a program that writes to our streams.
import type { ChangeCatalogue } from '../history.js';
import type { Client } from './client.js';
import { Intruder } from './intruder.js';
import { KnownCarts } from './known-carts.js';
import { type Goods, Household, Shopper } from './shopper.js';
import { Merchandiser, openingOf, Operator, Support } from './staff.js';
import { Subscriber, type Watchable } from './subscriber.js';

export interface CrowdOptions {
  readonly instances: readonly string[];
  readonly households: number;
  /** In milliseconds since 1970. */
  readonly now: () => number;
  /** Whether somebody writes to our streams past the service; default: yes. */
  readonly hasIntruder?: boolean;
  /** In comparison with 10 of a shopper; default: 0.3. */
  readonly operatorEagerness?: number;
  readonly watchable?: Watchable;
}

/** A client, and how often it acts in comparison with the others. */
export type Eager = readonly [eagerness: number, client: Client];

export interface Crowd {
  readonly clients: readonly Eager[];
  readonly known: KnownCarts;
  /** What the shop needs before anybody can buy. */
  readonly opening: readonly ChangeCatalogue[];
}

const goods: Goods = {
  skus: ['APPLE', 'BREAD', 'CHEESE', 'DATES', 'EGGS'],
  codes: ['TENTH', 'THIRD'],
};

export function crowd({
  instances,
  households,
  now,
  hasIntruder = true,
  operatorEagerness = 0.3,
  watchable,
}: CrowdOptions): Crowd {
  const known = new KnownCarts();
  const shoppers = Array.from({ length: households }, (_, index) => {
    const household = new Household();
    return ['left', 'right'].map((tab): Eager => {
      const name = `shopper ${index + 1} ${tab}`;
      return [10, new Shopper(name, household, instances, goods, known)];
    });
  }).flat();
  const subscribers = Array.from({ length: households }, (_, index): Eager => {
    return [2, new Subscriber(`subscriber ${index + 1}`, instances, known, watchable)];
  });
  const clients: Eager[] = [
    ...shoppers,
    ...subscribers,
    [3, new Support('support', instances, known)],
    [operatorEagerness, new Operator('operator', instances)],
    [1, new Merchandiser('merchandiser', instances, goods, now)],
  ];
  if (hasIntruder) clients.push([0.2, new Intruder('intruder', known)]);
  return { clients, known, opening: openingOf(goods, instances[0] ?? '') };
}
