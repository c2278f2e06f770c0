// What an administrator's mutations of the read models have in common: the names, and who asks.
import { badInput } from './api-error.js';
import type { RequestContext } from './context.js';
import { idempotencyOf } from './input-rules.js';
import type { Orderer } from './services.js';
import type { CommandInput } from './types/command-inputs.js';

/** @throws ApiError BAD_USER_INPUT for a name that no read model has */
export function readModelsOf(
  { services }: RequestContext,
  names: readonly string[] | null | undefined,
): readonly string[] {
  const known = services.progress.status().map(({ name }) => name);
  for (const name of names ?? []) {
    if (!known.includes(name)) {
      throw badInput(`There is no such read model; there are ${known.join(', ')}.`);
    }
  }
  return [...new Set(names ?? [])];
}

/** The command's id is that of the replay's record. */
export function ordererOf({ principal }: RequestContext, input: CommandInput): Orderer {
  const { kind, subject = '', accessReason: reason } = principal;
  const { commandId: id } = idempotencyOf(input);
  return {
    ...(id !== undefined && { id }),
    by: `${kind} ${subject}`.trim(),
    ...(reason !== undefined && { reason }),
  };
}
