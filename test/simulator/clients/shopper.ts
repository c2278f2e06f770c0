// A shopper in one tab of a browser: fills a cart, retries what was not answered, at the same
// instance or another one, at once or much later, now and then with another input, and checks out.
import type { CartChangeAsked, ChangeCart, Intent, QueryCart, Reply } from '../history.js';
import { Basket, type SentCommand } from './basket.js';
import type { Choice } from './choice.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';

export interface Goods {
  readonly skus: readonly string[];
  readonly codes: readonly string[];
}

/** What the tabs of one household share: the cart of today, and those of before. */
export class Household {
  basket = new Basket();
  readonly earlier: Basket[] = [];

  goShoppingAgain(): void {
    this.earlier.push(this.basket);
    if (this.earlier.length > MAX_EARLIER) this.earlier.shift();
    this.basket = new Basket();
  }
}

const MAX_EARLIER = 3;
/** More than any line may hold. */
const TOO_MANY = 100_001;

type Habit =
  | 'change'
  | 'check out'
  | 'retry'
  | 'repeat'
  | 'reuse'
  | 'repeat of an earlier cart'
  | 'query'
  | 'read past'
  | 'wait';

const whileOpen: readonly (readonly [number, Habit])[] = [
  [50, 'change'],
  [5, 'check out'],
  [12, 'retry'],
  [7, 'repeat'],
  [5, 'reuse'],
  [2, 'repeat of an earlier cart'],
  [12, 'query'],
  [5, 'read past'],
  [2, 'wait'],
];

const onceClosed: readonly (readonly [number, Habit])[] = [
  [4, 'change'],
  [30, 'retry'],
  [25, 'repeat'],
  [8, 'reuse'],
  [15, 'query'],
  [8, 'read past'],
];

/** How often a cart that was checked out makes room for a new one. */
const SHOPS_AGAIN = 0.25;
/** How often a command goes to two instances in one moment. */
const SENT_TWICE = 0.12;

export class Shopper implements Client {
  private readonly owners = new Map<Intent, Basket>();

  constructor(
    readonly name: string,
    private readonly household: Household,
    private readonly instances: readonly string[],
    private readonly goods: Goods,
    private readonly known: KnownCarts,
  ) {}

  next(choice: Choice): readonly Intent[] {
    const { household } = this;
    if (household.basket.isClosed && choice.chance(SHOPS_AGAIN)) household.goShoppingAgain();
    const { basket } = household;
    if (!basket.isOpened) return this.open(basket, choice);
    const habit = choice.weighted(basket.isClosed ? onceClosed : whileOpen);
    return this.doing(habit, basket, choice);
  }

  hears(intent: Intent, reply: Reply): void {
    const basket = this.owners.get(intent);
    this.owners.delete(intent);
    if (basket === undefined) return;
    if (intent.kind === 'change cart') basket.hears(intent, reply);
    if (reply.kind === 'cart' && intent.kind === 'query cart') basket.isShown(reply.cart);
    const { shown, cartToken } = basket;
    if (shown !== undefined && cartToken !== undefined) this.known.isShown(shown, cartToken);
  }

  private doing(habit: Habit, basket: Basket, choice: Choice): readonly Intent[] {
    switch (habit) {
      case 'change':
        return this.send(basket, this.changed(basket, choice), choice);
      case 'check out':
        return this.send(basket, this.checkOut(basket, choice), choice);
      case 'retry':
        return this.again(
          basket,
          choice,
          ({ outcome, open }) => outcome === 'unknown' && open === 0,
        );
      case 'repeat':
        return this.again(basket, choice, ({ outcome }) => outcome !== 'unknown');
      case 'reuse':
        return this.reuse(basket, choice);
      case 'repeat of an earlier cart':
        return this.ofEarlierCart(choice);
      case 'query':
        return [this.owned(basket, this.query(basket, choice))];
      case 'read past':
        return [this.owned(basket, this.readPast(basket, choice))];
      case 'wait':
        return [];
    }
  }

  /** Under one key until it is known which cart it is; then others of the household use it, too. */
  private open(basket: Basket, choice: Choice): readonly Intent[] {
    const [first] = basket.sent;
    if (first === undefined) {
      const change = { type: 'OpenCart', currency: 'GBP' } as const;
      const commandId = choice.uuid();
      const instance = choice.pick(this.instances);
      const intent: ChangeCart = {
        kind: 'change cart',
        instance,
        cartId: null,
        change,
        commandId,
      };
      return this.sendOneOrTwo(basket, intent, choice);
    }
    return first.open > 0 ? [] : [this.sent(basket, this.atAny(first.intent, choice))];
  }

  private send(basket: Basket, change: CartChangeAsked, choice: Choice): readonly Intent[] {
    const { cartId = null, cartToken } = basket;
    const expectedRevision = this.expectedRevision(basket, choice);
    const intent: ChangeCart = {
      kind: 'change cart',
      instance: choice.pick(this.instances),
      cartId,
      change,
      ...(cartToken !== undefined && { cartToken }),
      ...(choice.chance(0.93) && { commandId: choice.uuid() }),
      ...(expectedRevision !== undefined && { expectedRevision }),
    };
    return this.sendOneOrTwo(basket, intent, choice);
  }

  /** A command without a key is not sent twice: it would act twice. */
  private sendOneOrTwo(basket: Basket, intent: ChangeCart, choice: Choice): readonly Intent[] {
    const first = this.sent(basket, intent);
    if (intent.commandId === undefined || !choice.chance(SENT_TWICE)) return [first];
    return [first, this.sent(basket, this.atAny(intent, choice))];
  }

  private again(
    basket: Basket,
    choice: Choice,
    isMeant: (command: SentCommand) => boolean,
  ): readonly Intent[] {
    const meant = basket.sent.filter(
      (command) => command.intent.commandId !== undefined && isMeant(command),
    );
    if (meant.length === 0) return [];
    return [this.sent(basket, this.atAny(choice.pick(meant).intent, choice))];
  }

  /** The key of an earlier command, with another input. */
  private reuse(basket: Basket, choice: Choice): readonly Intent[] {
    const keyed = basket.sent.filter(
      ({ intent }) => intent.commandId !== undefined && intent.cartId !== null,
    );
    if (keyed.length === 0) return [];
    const { intent } = choice.pick(keyed);
    const change = this.changed(basket, choice);
    return [this.sent(basket, { ...this.atAny(intent, choice), change })];
  }

  private ofEarlierCart(choice: Choice): readonly Intent[] {
    const { earlier } = this.household;
    if (earlier.length === 0) return [];
    return this.again(choice.pick(earlier), choice, () => true);
  }

  private changed(basket: Basket, choice: Choice): CartChangeAsked {
    const held = basket.shown?.lines.map(({ sku }) => sku) ?? [];
    const { skus, codes } = this.goods;
    const sku = held.length > 0 && choice.chance(0.5) ? choice.pick(held) : choice.pick(skus);
    const quantity = choice.chance(0.02) ? TOO_MANY : 1 + choice.below(5);
    return choice.weighted<() => CartChangeAsked>([
      [45, () => ({ type: 'AddItem', sku, quantity })],
      [20, () => ({ type: 'ChangeQuantity', sku, quantity: choice.below(6) })],
      [12, () => ({ type: 'RemoveItem', sku })],
      [15, () => ({ type: 'ApplyCoupon', code: choice.pick(codes) })],
      [7, () => ({ type: 'RemoveCoupon', code: choice.pick(codes) })],
      [1, () => ({ type: 'AddItem', sku: 'NO-SUCH-PRODUCT', quantity })],
    ])();
  }

  private checkOut(basket: Basket, choice: Choice): CartChangeAsked {
    const shown = basket.totalTold ?? basket.shown?.totals.total ?? 0;
    const expectedTotal = choice.chance(0.05) ? shown + 1 : shown;
    return { type: 'CheckOut', expectedTotal, email: 'shopper@example.com' };
  }

  private expectedRevision(basket: Basket, choice: Choice): number | undefined {
    if (basket.revision < 0 || !choice.chance(0.2)) return undefined;
    return Math.max(0, basket.revision - (choice.chance(0.2) ? 1 : 0));
  }

  private query({ cartId, cartToken, revision }: Basket, choice: Choice): QueryCart {
    return {
      kind: 'query cart',
      instance: choice.pick(this.instances),
      cartId: cartId ?? '',
      cartToken: cartToken ?? '',
      ...(revision >= 0 && choice.chance(0.7) && { minRevision: revision }),
    };
  }

  private readPast({ cartId, cartToken, revision }: Basket, choice: Choice): Intent {
    return {
      kind: 'read past',
      instance: choice.pick(this.instances),
      cartId: cartId ?? '',
      cartToken: cartToken ?? '',
      at: { revision: choice.below(Math.max(0, revision) + 1) },
    };
  }

  private atAny(intent: ChangeCart, choice: Choice): ChangeCart {
    return { ...intent, instance: choice.pick(this.instances) };
  }

  private sent(basket: Basket, intent: ChangeCart): ChangeCart {
    basket.asks(intent);
    return this.owned(basket, intent);
  }

  private owned<Kind extends Intent>(basket: Basket, intent: Kind): Kind {
    this.owners.set(intent, basket);
    return intent;
  }
}
