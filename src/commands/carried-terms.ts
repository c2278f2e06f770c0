// Enriches what a cart takes over of another cart's delivery, or of its own from before: taxes and
// shipping on the terms of now, and nothing that is encrypted with the key of an erased person.
import type { CarriedDelivery } from '../domain/cart/delivery/carry.js';
import type { SealedWords } from '../domain/cart/delivery/events.js';
import { type CartDelivery, noDelivery } from '../domain/cart/delivery/state.js';
import { personAggregate } from './aggregates.js';
import type { CommandRunner } from './command-runner.js';
import { ShippingCommands } from './shipping-commands.js';
import { TaxCommands } from './tax-commands.js';

export class CarriedTerms {
  private readonly tax: TaxCommands;
  private readonly shipping: ShippingCommands;

  constructor(private readonly runner: CommandRunner) {
    this.tax = new TaxCommands(runner);
    this.shipping = new ShippingCommands(runner);
  }

  /** @throws StoreUnavailableError */
  async of(delivery: CartDelivery = noDelivery, at: number): Promise<CarriedDelivery> {
    const { shipTo, method, giftNote } = delivery;
    return {
      shipTo: shipTo && {
        country: shipTo.country,
        region: shipTo.region,
        address: await this.kept(shipTo.address),
      },
      taxRules: shipTo === null ? [] : await this.tax.ofPlace(shipTo, at),
      method: method && { code: method.code, offer: await this.shipping.offer(method.code) },
      giftNote: await this.kept(giftNote?.note ?? null),
    };
  }

  /** The log says who was erased, so that this needs no keys. */
  private async kept(words: SealedWords | null): Promise<SealedWords | null> {
    if (words === null) return null;
    const person = await this.runner.stateOf(personAggregate, words.keyId, 'fresh');
    return person.isErased ? null : words;
  }
}
