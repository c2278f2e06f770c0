// Enriches the commands about where a cart goes: tax rules, shipping methods, and the encryption of
// personal data.
import type { DeliveryCommand, DeliveryOffers } from '../domain/cart/delivery/commands.js';
import type { SealedWords } from '../domain/cart/delivery/events.js';
import type { CartState } from '../domain/cart/state.js';
import { methodsFor, shippingOfferOf } from '../domain/shipping/state.js';
import type { ContactSealer } from './cart-terms.js';
import type { CommandRunner } from './command-runner.js';
import type { DeliveryRequest } from './delivery-requests.js';
import { ownerOf } from './owner.js';
import { ShippingCommands } from './shipping-commands.js';
import { TaxCommands } from './tax-commands.js';

export class DeliveryTerms {
  private readonly tax: TaxCommands;
  private readonly shipping: ShippingCommands;

  constructor(
    runner: CommandRunner,
    private readonly sealer: Pick<ContactSealer, 'sealText'>,
  ) {
    this.tax = new TaxCommands(runner);
    this.shipping = new ShippingCommands(runner);
  }

  /** @throws StoreUnavailableError; ReadModelsUnavailableError when there is no key to seal with */
  async enrich(request: DeliveryRequest, at: number, state: CartState): Promise<DeliveryCommand> {
    const { type } = request;
    switch (type) {
      case 'SetShippingAddress': {
        const { country, region, personal } = request;
        const taxRules = await this.tax.ofPlace({ country, region }, at);
        const address =
          personal && (await this.sealed(state, personal.email, JSON.stringify(personal.address)));
        return { type, at, country, region, address, taxRules };
      }
      case 'SetGiftNote': {
        const { email, note } = request.personal;
        return { type, at, note: await this.sealed(state, email, note) };
      }
      case 'ChooseShippingMethod': {
        const { code } = request;
        return { type, at, code, offer: await this.shipping.offer(code) };
      }
      case 'RemoveShippingAddress':
      case 'RemoveShippingMethod':
      case 'RemoveGiftNote':
        return { type, at };
    }
  }

  /**
   * What the shop asks now; undefined for a cart that goes nowhere. @throws StoreUnavailableError
   */
  async offersTo(state: CartState, at: number): Promise<DeliveryOffers | undefined> {
    if (state.status === 'ABSENT' || state.delivery === undefined) return undefined;
    const { shipTo, method } = state.delivery;
    if (shipTo === null && method === null) return undefined;
    const [taxRules, methods] = await Promise.all([
      shipTo === null ? [] : this.tax.ofPlace(shipTo, at),
      this.shipping.all(),
    ]);
    const offered = shipTo === null ? [] : methodsFor(methods, shipTo.country, state.currency);
    return {
      taxRules,
      method: method === null ? null : shippingOfferOf(methods, method.code),
      isShippingOffered: offered.length > 0,
    };
  }

  private sealed(state: CartState, email: string, text: string): Promise<SealedWords> {
    const { customerId } = ownerOf(state);
    return this.sealer.sealText({ customerId, email }, text);
  }
}
