// A shopper in one tab of a browser: fills a cart, retries what was not answered, at the same
// instance or another one, at once or much later, now and then with another input, and checks out.
import type { CartChangeAsked, ChangeCart, Intent, QueryCart, Reply } from '../history.js';
import { Basket, type SentCommand } from './basket.js';
import type { Randomness } from '../randomness.js';
import { type Going, going } from './clerk.js';
import { weighted } from './weighted.js';
import type { Client } from './client.js';
import type { KnownCarts } from './known-carts.js';

export interface Goods extends Going {
  readonly skus: readonly string[];
  readonly codes: readonly string[];
  /** What checkouts pay with, each with an ending of its own; none where orders are not paid. */
  readonly paymentTokens?: readonly string[];
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

type Habits = readonly (readonly [weight: number, habit: Habit])[];

/** In place of those of a shopper: somebody who knows what to buy, and pays for it. */
const whoBuys: Habits = [
  [28, 'change'],
  [26, 'check out'],
  [18, 'retry'],
  [6, 'repeat'],
  [8, 'reuse'],
  [10, 'query'],
];

const whileOpen: Habits = [
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

const onceClosed: Habits = [
  [4, 'change'],
  [30, 'retry'],
  [25, 'repeat'],
  [8, 'reuse'],
  [15, 'query'],
  [8, 'read past'],
];

/** How often a cart that was checked out, or spoiled, makes room for a new one. */
const SHOPS_AGAIN = 0.25;
/** How often somebody who pays waits for an answer first. */
const WAITS = 0.85;
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

  next(random: Randomness): readonly Intent[] {
    const { household } = this;
    const { isClosed, isSpoiled } = household.basket;
    if ((isClosed || isSpoiled) && random.chance(SHOPS_AGAIN)) household.goShoppingAgain();
    const { basket } = household;
    if (this.isPaying && basket.isWaiting && random.chance(WAITS)) return [];
    if (!basket.isOpened) return this.open(basket, random);
    const habit = weighted(
      random,
      basket.isClosed ? onceClosed : this.isPaying ? whoBuys : whileOpen,
    );
    return this.doing(habit, basket, random);
  }

  hears(intent: Intent, reply: Reply): void {
    const basket = this.owners.get(intent);
    this.owners.delete(intent);
    if (basket === undefined) return;
    if (intent.kind === 'change cart') basket.hears(intent, reply);
    if (reply.kind === 'accepted' && reply.order !== null) this.known.isOrdered(reply.order.id);
    if (reply.kind === 'cart' && intent.kind === 'query cart') basket.isShown(reply.cart);
    const { shown, cartToken, isSpoiled } = basket;
    if (shown === undefined || cartToken === undefined) return;
    this.known.isShown(shown, cartToken);
    const known = this.known.of(shown.id);
    if (known !== undefined && isSpoiled) known.isSpoiled = true;
  }

  private get isPaying(): boolean {
    return this.goods.paymentTokens !== undefined;
  }

  private doing(habit: Habit, basket: Basket, random: Randomness): readonly Intent[] {
    switch (habit) {
      case 'change':
        return this.send(basket, this.changed(basket, random), random);
      case 'check out':
        // Who pays has something in the cart, mostly.
        if (this.isTooEarly(basket, random)) return this.doing('change', basket, random);
        return this.send(basket, this.checkOut(basket, random), random);
      case 'retry':
        return this.again(
          basket,
          random,
          ({ outcome, open }) => outcome === 'unknown' && open === 0,
        );
      case 'repeat':
        return this.again(basket, random, ({ outcome }) => outcome !== 'unknown');
      case 'reuse':
        return this.reuse(basket, random);
      case 'repeat of an earlier cart':
        return this.ofEarlierCart(random);
      case 'query':
        return [this.owned(basket, this.query(basket, random))];
      case 'read past':
        return [this.owned(basket, this.readPast(basket, random))];
      case 'wait':
        return [];
    }
  }

  /** Under one key until it is known which cart it is; then others of the household use it, too. */
  private open(basket: Basket, random: Randomness): readonly Intent[] {
    const [first] = basket.sent;
    if (first === undefined) {
      const change = { type: 'OpenCart', currency: 'GBP' } as const;
      const commandId = random.newId();
      const instance = random.pick(this.instances);
      const intent: ChangeCart = {
        kind: 'change cart',
        instance,
        cartId: null,
        change,
        commandId,
      };
      return this.sendOneOrTwo(basket, intent, random);
    }
    return first.open > 0 ? [] : [this.sent(basket, this.atAny(first.intent, random))];
  }

  private send(basket: Basket, change: CartChangeAsked, random: Randomness): readonly Intent[] {
    const { cartId = null, cartToken } = basket;
    const expectedRevision = this.expectedRevision(basket, random);
    const intent: ChangeCart = {
      kind: 'change cart',
      instance: random.pick(this.instances),
      cartId,
      change,
      ...(cartToken !== undefined && { cartToken }),
      ...(random.chance(0.93) && { commandId: random.newId() }),
      ...(expectedRevision !== undefined && { expectedRevision }),
    };
    return this.sendOneOrTwo(basket, intent, random);
  }

  /** A command without a key is not sent twice: it would act twice. */
  private sendOneOrTwo(basket: Basket, intent: ChangeCart, random: Randomness): readonly Intent[] {
    const first = this.sent(basket, intent);
    if (intent.commandId === undefined || !random.chance(SENT_TWICE)) return [first];
    return [first, this.sent(basket, this.atAny(intent, random))];
  }

  private again(
    basket: Basket,
    random: Randomness,
    isMeant: (command: SentCommand) => boolean,
  ): readonly Intent[] {
    const meant = basket.sent.filter(
      (command) => command.intent.commandId !== undefined && isMeant(command),
    );
    if (meant.length === 0) return [];
    return [this.sent(basket, this.atAny(random.pick(meant).intent, random))];
  }

  /** The key of an earlier command, with another input. */
  private reuse(basket: Basket, random: Randomness): readonly Intent[] {
    const keyed = basket.sent.filter(
      ({ intent }) => intent.commandId !== undefined && intent.cartId !== null,
    );
    if (keyed.length === 0) return [];
    const { intent } = random.pick(keyed);
    // Two tabs may check out under one key, each with a card of its own.
    const isOtherCard = this.isPaying && intent.change.type === 'CheckOut';
    const change = isOtherCard ? this.checkOut(basket, random) : this.changed(basket, random);
    return [this.sent(basket, { ...this.atAny(intent, random), change })];
  }

  private ofEarlierCart(random: Randomness): readonly Intent[] {
    const { earlier } = this.household;
    if (earlier.length === 0) return [];
    return this.again(random.pick(earlier), random, () => true);
  }

  private changed(basket: Basket, random: Randomness): CartChangeAsked {
    const held = basket.shown?.lines.map(({ sku }) => sku) ?? [];
    const { skus, codes } = this.goods;
    const sku = held.length > 0 && random.chance(0.5) ? random.pick(held) : random.pick(skus);
    const quantity = random.chance(0.02) ? TOO_MANY : 1 + random.below(5);
    // Who buys mostly takes more, and saves where that is possible.
    const [adds, saves] = this.isPaying ? [120, 60] : [45, 15];
    return weighted<() => CartChangeAsked>(random, [
      [adds, () => ({ type: 'AddItem', sku, quantity })],
      [20, () => ({ type: 'ChangeQuantity', sku, quantity: random.below(6) })],
      [12, () => ({ type: 'RemoveItem', sku })],
      [saves, () => ({ type: 'ApplyCoupon', code: random.pick(codes) })],
      [7, () => ({ type: 'RemoveCoupon', code: random.pick(codes) })],
      [1, () => ({ type: 'AddItem', sku: 'NO-SUCH-PRODUCT', quantity })],
      ...going(this.goods, random).map((change) => [70, () => change] as const),
    ])();
  }

  private checkOut(basket: Basket, random: Randomness): CartChangeAsked {
    const shown = basket.totalTold ?? basket.shown?.totals.total ?? 0;
    const expectedTotal = random.chance(0.05) ? shown + 1 : shown;
    const email = 'shopper@example.com';
    const { paymentTokens } = this.goods;
    if (paymentTokens === undefined) return { type: 'CheckOut', expectedTotal, email };
    const paymentToken = `${random.pick(paymentTokens)}#${random.newId()}`;
    return { type: 'CheckOut', expectedTotal, email, paymentToken };
  }

  private isTooEarly({ shown }: Basket, random: Randomness): boolean {
    const isEmpty = (shown?.lines.length ?? 0) === 0;
    return this.isPaying && isEmpty && random.chance(0.9);
  }

  private expectedRevision(basket: Basket, random: Randomness): number | undefined {
    if (basket.revision < 0 || !random.chance(0.2)) return undefined;
    return Math.max(0, basket.revision - (random.chance(0.2) ? 1 : 0));
  }

  private query({ cartId, cartToken, revision }: Basket, random: Randomness): QueryCart {
    return {
      kind: 'query cart',
      instance: random.pick(this.instances),
      cartId: cartId ?? '',
      cartToken: cartToken ?? '',
      ...(revision >= 0 && random.chance(0.7) && { minRevision: revision }),
    };
  }

  private readPast({ cartId, cartToken, revision }: Basket, random: Randomness): Intent {
    return {
      kind: 'read past',
      instance: random.pick(this.instances),
      cartId: cartId ?? '',
      cartToken: cartToken ?? '',
      at: { revision: random.below(Math.max(0, revision) + 1) },
    };
  }

  private atAny(intent: ChangeCart, random: Randomness): ChangeCart {
    return { ...intent, instance: random.pick(this.instances) };
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
