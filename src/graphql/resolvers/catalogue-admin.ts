// An administrator's mutations of the catalogue. Each waits until the catalogue shows the change.
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { ProductState } from '../../domain/catalog/state.js';
import { demand } from '../access.js';
import { caughtUp } from '../caught-up.js';
import { counted } from '../command-count.js';
import { commandContext, definingContext, type RequestContext } from '../context.js';
import { priceOf } from '../coupon-terms.js';
import { currencyOf } from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import { detailsOf, nameOf } from '../product-details.js';
import { shownProduct } from '../product-view.js';
import type { CommandOutcome } from '../services.js';
import {
  ChangeProductPriceInput,
  DelistProductInput,
  DropPlannedPriceInput,
  ListProductInput,
  RestoreProductInput,
  ReviseProductInput,
} from '../types/admin-inputs.js';
import { ProductPayload } from '../types/payloads.js';

@Resolver()
export class CatalogueAdmin {
  @Mutation(() => ProductPayload, {
    description:
      'Puts a product on sale, also again after a delisting; waits until the catalogue shows it',
  })
  async listProduct(
    @Ctx() context: RequestContext,
    @Arg('input', () => ListProductInput, { description: 'What to do' }) input: ListProductInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const product = {
      sku: await namedSku(context, input.sku),
      name: nameOf(input.name),
      price: priceOf(input.price, 'price'),
      ...detailsOf(input),
    };
    const issued = definingContext(context, input);
    return shopped(context, 'listProduct', context.services.catalogue.list(product, issued));
  }

  @Mutation(() => ProductPayload, {
    description: 'Names, describes, tags or pictures a product, also one that is delisted',
  })
  async reviseProduct(
    @Ctx() context: RequestContext,
    @Arg('input', () => ReviseProductInput, { description: 'What to do' })
    input: ReviseProductInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const revision = {
      sku: await namedSku(context, input.sku),
      name: input.name == null ? undefined : nameOf(input.name),
      ...detailsOf(input),
    };
    const revising = context.services.catalogue.revise(revision, commandContext(context, input));
    return shopped(context, 'reviseProduct', revising);
  }

  @Mutation(() => ProductPayload, { description: 'Sets a price now, or from an instant on' })
  async changeProductPrice(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChangeProductPriceInput, { description: 'What to do' })
    input: ChangeProductPriceInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const change = {
      sku: await namedSku(context, input.sku),
      price: priceOf(input.price, 'price'),
    };
    const { catalogue } = context.services;
    const issued = commandContext(context, input);
    const { holdsFrom } = input;
    const changing =
      holdsFrom == null
        ? catalogue.changePrice(change, issued)
        : catalogue.planPrice({ ...change, holdsFrom }, issued);
    return shopped(context, 'changeProductPrice', changing);
  }

  @Mutation(() => ProductPayload, { description: 'Takes back a planned price' })
  async dropPlannedPrice(
    @Ctx() context: RequestContext,
    @Arg('input', () => DropPlannedPriceInput, { description: 'What to do' })
    input: DropPlannedPriceInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const { holdsFrom } = input;
    const plan = {
      sku: await namedSku(context, input.sku),
      currency: currencyOf(input.currency),
      holdsFrom,
    };
    const issued = commandContext(context, input);
    const dropping = context.services.catalogue.dropPlannedPrice(plan, issued);
    return shopped(context, 'dropPlannedPrice', dropping);
  }

  @Mutation(() => ProductPayload, { description: 'Withdraws a product from sale' })
  async delistProduct(
    @Ctx() context: RequestContext,
    @Arg('input', () => DelistProductInput, { description: 'What to do' })
    input: DelistProductInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const product = { sku: await namedSku(context, input.sku) };
    const delisting = context.services.catalogue.delist(product, commandContext(context, input));
    return shopped(context, 'delistProduct', delisting);
  }

  @Mutation(() => ProductPayload, { description: 'Puts a delisted product on sale as it was' })
  async restoreProduct(
    @Ctx() context: RequestContext,
    @Arg('input', () => RestoreProductInput, { description: 'What to do' })
    input: RestoreProductInput,
  ): Promise<ProductPayload> {
    demand(context, 'catalogue:change');
    const product = { sku: await namedSku(context, input.sku) };
    const restoring = context.services.catalogue.restore(product, commandContext(context, input));
    return shopped(context, 'restoreProduct', restoring);
  }
}

async function shopped(
  context: RequestContext,
  command: string,
  running: Promise<CommandOutcome<ProductState>>,
): Promise<ProductPayload> {
  const outcome = await counted(context.services, command, running, (answer) => answer);
  if (!outcome.accepted) return { product: null, rejection: outcome.rejection };
  await caughtUp(context, outcome.position);
  const { state } = outcome;
  const now = context.services.time.now();
  return { product: state.listed ? shownProduct(state, now) : null, rejection: null };
}
