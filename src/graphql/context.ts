// What every resolver is handed: who asks, and the parts of the service that answer.
import type { RequestBudget } from './budget.js';
import { idempotencyOf, type IdempotencyInput } from './input-rules.js';
import type { ApiServices, CommandContext } from './services.js';
import type { Principal } from './policy.js';

export interface RequestContext {
  readonly principal: Principal;
  readonly services: ApiServices;
  /** Where the request came from. */
  readonly address: string;
  /** What is left of what this request may ask for. */
  readonly budget: RequestBudget;
}

/** Who has an allowance: whoever signed in, else the address. */
export function callerOf({ kind, subject }: Principal, address: string): string {
  return subject === undefined ? `address ${address}` : `${kind} ${subject}`;
}

/** By what limits know a caller: the address and, where somebody signed in, who that is. */
export function callersOf({
  principal,
  address,
}: Pick<RequestContext, 'principal' | 'address'>): readonly string[] {
  const { kind, subject } = principal;
  return [`address ${address}`, ...(subject === undefined ? [] : [`${kind} ${subject}`])];
}

/** Who issues a command and how it is recognised when it is repeated. */
export function commandContext(context: RequestContext, input: IdempotencyInput): CommandContext {
  const { kind, subject } = context.principal;
  const actor = subject === undefined ? { kind } : { kind, subject };
  return { ...idempotencyOf(input), actor, callers: callersOf(context) };
}
