// The context of every resolver: the caller, and the services that it uses.
import type { RequestBudget } from './budget.js';
import { idempotencyOf, type IdempotencyInput } from './input-rules.js';
import type { ApiServices, CommandContext } from './services.js';
import { allows, type CartAction, type Owned, type Principal } from './policy.js';

export interface RequestContext {
  readonly principal: Principal;
  readonly services: ApiServices;
  /** Where the request came from. */
  readonly address: string;
  /** The remaining budget of this request. */
  readonly budget: RequestBudget;
  /** Stored with every event that the request leads to. */
  readonly correlationId?: string;
}

/** The key of the caller's allowance: the signed-in user, or else the address. */
export function callerOf({ kind, subject }: Principal, address: string): string {
  return subject === undefined ? `address ${address}` : `${kind} ${subject}`;
}

/** The caller's keys for rate limits: the address, and the user if signed in. */
export function callersOf({
  principal,
  address,
}: Pick<RequestContext, 'principal' | 'address'>): readonly string[] {
  const { kind, subject } = principal;
  return [`address ${address}`, ...(subject === undefined ? [] : [`${kind} ${subject}`])];
}

/** As `commandContext`, for a command on a cart that the caller may act on. */
export function cartCommandContext(
  context: RequestContext,
  input: IdempotencyInput,
  action: CartAction = 'cart:change',
): CommandContext {
  const mayAct = (owner: Owned) => allows(context.principal, action, owner);
  return { ...commandContext(context, input), mayAct };
}

/** As `commandContext`, for a command that can expect revision -1: nothing is there yet. */
export function definingContext(context: RequestContext, input: IdempotencyInput): CommandContext {
  return { ...commandContext(context, {}), ...idempotencyOf(input, -1) };
}

/** The actor and the idempotency key of a command. */
export function commandContext(context: RequestContext, input: IdempotencyInput): CommandContext {
  const { principal, correlationId } = context;
  const { kind, subject, accessReason: reason } = principal;
  const actor = subject === undefined ? { kind } : { kind, subject };
  return {
    ...idempotencyOf(input),
    actor,
    callers: callersOf(context),
    ...(reason !== undefined && { reason }),
    ...(correlationId !== undefined && { correlationId }),
  };
}
