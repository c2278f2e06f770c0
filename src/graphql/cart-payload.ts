// Runs a command on a cart that the caller may change, and answers with the cart or the rejection.
import { type CartChangeRequest, requestNames } from '../commands/cart-requests.js';
import { refusedLinesOf } from '../commands/line-report.js';
import { ownerOf } from '../commands/owner.js';
import { cartNotFound } from '../domain/cart/rejections.js';
import type { Rejection } from '../domain/rejection.js';
import type { CartState } from '../domain/cart/state.js';
import { mayChange } from './access.js';
import { ShownCart } from './cart-view.js';
import { counted } from './command-count.js';
import { cartCommandContext, type RequestContext } from './context.js';
import type { IdempotencyInput } from './input-rules.js';
import { owns } from './policy.js';
import type { CommandOutcome } from './services.js';
import type { CartPayload } from './types/payloads.js';
import type { LineReportType } from './types/line-report.js';

export async function change(
  context: RequestContext,
  input: IdempotencyInput,
  request: CartChangeRequest,
): Promise<CartPayload> {
  const outcome = await changeOutcome(context, input, request);
  return outcome === undefined ? noCart() : payloadOf(context, outcome, request.cartId);
}

/** The answer to a caller who may not change the cart, or when there is none: nothing is read. */
export function noCart(): { readonly cart: null; readonly rejection: Rejection } {
  return { cart: null, rejection: cartNotFound };
}

/** Undefined when the caller may not change the cart, or there is none. */
export async function changeOutcome(
  context: RequestContext,
  input: IdempotencyInput,
  request: CartChangeRequest,
): Promise<CommandOutcome<CartState> | undefined> {
  const issued = cartCommandContext(context, input);
  const command = requestNames[request.type];
  const { services } = context;
  if (!(await mayRun(context, command, request.cartId))) return undefined;
  return counted(services, command, services.carts.change(request, issued), (answer) => answer);
}

/** Whether the caller may change the cart. A command that may not run is counted all the same. */
export async function mayRun(
  context: RequestContext,
  command: string,
  cartId: string,
): Promise<boolean> {
  if (await mayChange(context, cartId)) return true;
  context.services.countCommand(command, cartNotFound.code);
  return false;
}

/** Looked up when it is asked for: the log has the report of an accepted command. */
export async function reportOf(
  { services }: RequestContext,
  outcome: CommandOutcome<CartState>,
): Promise<readonly LineReportType[]> {
  const { carts } = services;
  const report = outcome.accepted
    ? await carts.linesAdded(outcome.state.id ?? '', outcome.revision)
    : refusedLinesOf(outcome.rejection);
  return report.map(({ sku, quantity, refusal }) => ({
    ...{ sku, quantity, added: refusal === null },
    ...{ code: refusal?.code ?? null, message: refusal?.message ?? null },
  }));
}

/**
 * A rejection comes with the current cart. It is a getter, because most callers do not request it.
 */
export function payloadOf(
  context: RequestContext,
  outcome: CommandOutcome<CartState>,
  cartId: string | undefined,
): CartPayload {
  if (outcome.accepted) return { cart: shown(context, outcome.state), rejection: null };
  return {
    get cart() {
      return cartId === undefined ? null : standing(context, cartId);
    },
    rejection: outcome.rejection,
  };
}

/**
 * The current cart from the log. Null unless the caller owns it: a cart that was absent before the
 * command may now belong to someone else, and a commandId proves no ownership.
 */
async function standing(context: RequestContext, cartId: string): Promise<ShownCart | null> {
  const state = await context.services.carts.freshState(cartId);
  return owns(context.principal, ownerOf(state)) ? shown(context, state) : null;
}

export function shown({ principal, services }: RequestContext, state: CartState): ShownCart | null {
  if (state.status === 'ABSENT') return null;
  return new ShownCart(state, principal, services.time.now(), services.rulesInForce());
}
