// What every resolver is handed: who asks, and the parts of the service that answer.
import { idempotencyOf, type IdempotencyInput } from './input-rules.js';
import type { ApiServices, CommandContext } from './services.js';
import type { Principal } from './policy.js';

export interface RequestContext {
  readonly principal: Principal;
  readonly services: ApiServices;
}

/** Who issues a command and how it is recognised when it is repeated. */
export function commandContext(
  { principal }: RequestContext,
  input: IdempotencyInput,
): CommandContext {
  const { kind, subject } = principal;
  const actor = subject === undefined ? { kind } : { kind, subject };
  return { ...idempotencyOf(input), actor };
}
