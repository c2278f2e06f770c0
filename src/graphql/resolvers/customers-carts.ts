// The carts of a customer who is signed in: which they are, and the claim of a guest's cart.
import { Arg, Args, Ctx, Field, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { storedRejection } from '../../commands/line-report.js';
import { cartNotFound } from '../../domain/cart/rejections.js';
import type { ExistingCartState } from '../../domain/cart/state.js';
import { demand } from '../access.js';
import { badInput } from '../api-error.js';
import { noCart, payloadOf } from '../cart-payload.js';
import { ShownCart } from '../cart-view.js';
import { counted } from '../command-count.js';
import { maxPageSize } from '../complexity.js';
import { connection } from '../connection.js';
import { cartCommandContext, type RequestContext } from '../context.js';
import { decodeCartPlace, encodeCartPlace } from '../cursors.js';
import { checkPage, currencyOf, uuidOf } from '../input-rules.js';
import { allows, customerOf } from '../policy.js';
import type { Claims } from '../services.js';
import { Cart } from '../types/cart-types.js';
import { ClaimCartInput, type ClaimReportType } from '../types/claim-types.js';
import { CartPayload } from '../types/payloads.js';
import { PageInfo } from '../types/page-info.js';
import { defaultPageSize, ForwardPageArguments } from '../types/page-arguments.js';

@ObjectType({ description: 'A cart on its page', simpleResolvers: true })
export class CartEdge {
  @Field(() => String, { description: 'The place of the item, for `after` and `before`' })
  cursor!: string;

  @Field(() => Cart, { description: 'The item' })
  node!: Cart;
}

@ObjectType({ description: 'A page of carts', simpleResolvers: true })
export class CartConnection {
  @Field(() => [CartEdge], { description: 'The page, each item with its cursor' })
  edges!: readonly CartEdge[];

  @Field(() => [Cart], { description: 'The carts of the edges' })
  nodes!: readonly Cart[];

  @Field(() => PageInfo, { description: 'Whether there is more, and where' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many there are on all pages' })
  totalCount!: number;
}

@Resolver()
export class CartsOfCustomer {
  @Query(() => CartConnection, {
    description: "The signed-in customer's carts in any status, the last changed first",
  })
  async myCarts(
    @Ctx() context: RequestContext,
    @Args() { first, after }: ForwardPageArguments,
  ): Promise<CartConnection> {
    demand(context, 'carts:own');
    checkPage({ first, after }, maxPageSize);
    const place = after == null ? null : decodeCartPlace(after);
    const page = await context.services.reads.cartsOfCustomer(
      subjectOf(context),
      first ?? defaultPageSize,
      place,
    );
    for (const { lines } of page.rows) context.budget.onCart(lines.length);
    return connection(
      page,
      (state) => shown(context, state),
      ({ id, updatedAt }) => encodeCartPlace({ cartId: id, updatedAt }),
    );
  }

  @Query(() => Cart, {
    nullable: true,
    description:
      'The cart that the signed-in customer changed last, among those that are open or abandoned',
  })
  async activeCart(
    @Ctx() context: RequestContext,
    @Arg('currency', () => String, { nullable: true, description: 'Default: any currency' })
    currency?: string | null,
  ): Promise<ShownCart | null> {
    demand(context, 'carts:own');
    const wanted = currency == null ? null : currencyOf(currency);
    const { reads, carts } = context.services;
    for (const cartId of await reads.openCartsOf(subjectOf(context))) {
      // The read model can be behind: the log says whether the cart is open.
      const state = await carts.state(cartId);
      if (state.status !== 'OPEN' && state.status !== 'ABANDONED') continue;
      if (wanted !== null && state.currency !== wanted) continue;
      if (allows(context.principal, 'cart:read', state)) return shown(context, state);
    }
    return null;
  }

  @Mutation(() => CartPayload, {
    description:
      "Makes a guest's cart the signed-in customer's. Where the customer has an open cart in its " +
      'currency, that one takes the contents and is answered. Needs the JWT and the cart token, ' +
      'which opens nothing from then on',
  })
  async claimCart(
    @Ctx() context: RequestContext,
    @Arg('input', () => ClaimCartInput, { description: 'What to do' }) input: ClaimCartInput,
  ): Promise<CartPayload> {
    demand(context, 'carts:own');
    const { services, principal } = context;
    const cartId = uuidOf(input.cartId, 'cartId');
    const customerId = subjectOf(context);
    const issued = cartCommandContext(context, input, 'cart:claim');
    const may = await services.ownership.ofCart(cartId, (owner) =>
      allows(principal, 'cart:claim', owner),
    );
    if (!may) {
      services.countCommand('claimCart', cartNotFound.code);
      return noCart();
    }
    const request = { cartId, customerId, strategy: input.strategy ?? ('SUM' as const) };
    const claiming = services.claims.claim(request, issued);
    const outcome = await counted(services, 'claimCart', claiming, (answer) => answer);
    const payload = payloadOf(context, outcome, cartId);
    if (!outcome.accepted) return payload;
    return Object.defineProperty(payload, 'claim', {
      get: () => shownReport(services.claims.reportOf(outcome)),
    });
  }
}

async function shownReport(asked: ReturnType<Claims['reportOf']>): Promise<ClaimReportType> {
  const { lines, coupons } = await asked;
  return { lines: lines.map(withCode), coupons: coupons.map(withCode) };
}

function withCode<Part extends { readonly refusal: string | null }>(part: Part) {
  return { ...part, refusal: part.refusal === null ? null : storedRejection(part.refusal).code };
}

function subjectOf({ principal }: RequestContext): string {
  const customerId = customerOf(principal);
  if (customerId === null) throw badInput('The sign-in names no customer.');
  return customerId;
}

function shown({ principal, services }: RequestContext, state: ExistingCartState): ShownCart {
  return new ShownCart(state, principal, services.time.now(), services.rulesInForce());
}
