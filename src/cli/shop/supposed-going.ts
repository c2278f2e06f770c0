// Where carts go and how, for `cartograph what-if --ship-to US-CA --shipping-method POST`: tax
// rules and shipping on the terms of now.
import { CommandRunner } from '../../commands/command-runner.js';
import { ShippingCommands } from '../../commands/shipping-commands.js';
import { TaxCommands } from '../../commands/tax-commands.js';
import type { SupposedGoing } from '../../domain/cart/delivery/supposed.js';
import { isPlace, type Place } from '../../domain/countries.js';
import { normalizedCode } from '../../domain/coupon/decide.js';
import type { EventStore } from '../../event-store/event-store.js';
import { AggregateStore } from '../../folds/aggregate-store.js';
import { CommandFailure, EXIT } from '../exit.js';

export interface GoingOptions {
  /** A country, and a region after a hyphen: `GB`, `US-CA`. */
  readonly shipTo?: string;
  /** The code of a shipping method. */
  readonly shippingMethod?: string;
}

/** Null when it is not told. @throws CommandFailure for what is no place */
export function placeIn({ shipTo }: GoingOptions): Place | null {
  if (shipTo === undefined) return null;
  const [, country = '', region = null] = /^([A-Z]{2})(?:-([A-Z0-9]+))?$/.exec(shipTo) ?? [];
  const place = { country, region };
  if (isPlace(place)) return place;
  throw new CommandFailure(
    EXIT.usage,
    `--ship-to ${shipTo} is not a country of ISO 3166, such as GB, or a region of one, such as US-CA`,
  );
}

/** @throws CommandFailure for a method that is not offered; StoreUnavailableError */
export async function supposedGoing(
  store: EventStore,
  place: Place | null,
  { shippingMethod }: GoingOptions,
  now: number,
): Promise<SupposedGoing> {
  const runner = new CommandRunner(store, new AggregateStore(store));
  const to = place && { place, taxRules: await new TaxCommands(runner).ofPlace(place, now) };
  if (shippingMethod === undefined) return { to, method: null };
  const code = normalizedCode(shippingMethod);
  const offer = await new ShippingCommands(runner).offer(code);
  if (offer !== null) return { to, method: { code, offer } };
  throw new CommandFailure(
    EXIT.usage,
    `--shipping-method ${shippingMethod} is not offered; \`allShippingMethods\` lists what is`,
  );
}
