// What every resolver is handed: who asks, and the parts of the service that answer.
import { idempotencyOf, type IdempotencyInput } from './input-rules.js';
import type { ApiServices, CommandContext } from './services.js';
import type { Principal } from './policy.js';

export interface RequestContext {
  readonly principal: Principal;
  readonly services: ApiServices;
  /** Where the request came from. */
  readonly address: string;
}

/** By what limits know a caller: the address and, where somebody signed in, who that is. */
export function callersOf({ principal, address }: RequestContext): readonly string[] {
  const { kind, subject } = principal;
  return [`address ${address}`, ...(subject === undefined ? [] : [`${kind} ${subject}`])];
}

/** Who issues a command and how it is recognised when it is repeated. */
export function commandContext(context: RequestContext, input: IdempotencyInput): CommandContext {
  const { kind, subject } = context.principal;
  const actor = subject === undefined ? { kind } : { kind, subject };
  return { ...idempotencyOf(input), actor, callers: callersOf(context) };
}
