// The context of every resolver: the caller, and the services that it uses.
import type { RequestBudget } from './budget.js';
import { idempotencyOf, type IdempotencyInput } from './input-rules.js';
import type { ApiServices, CommandContext } from './services.js';
import type { Principal } from './policy.js';

export interface RequestContext {
  readonly principal: Principal;
  readonly services: ApiServices;
  /** Where the request came from. */
  readonly address: string;
  /** The remaining budget of this request. */
  readonly budget: RequestBudget;
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

/** The actor and the idempotency key of a command. */
export function commandContext(context: RequestContext, input: IdempotencyInput): CommandContext {
  const { kind, subject } = context.principal;
  const actor = subject === undefined ? { kind } : { kind, subject };
  return { ...idempotencyOf(input), actor, callers: callersOf(context) };
}
