// What went wrong, in words for the person at the screen.
import { CombinedGraphQLErrors, ServerError } from '@apollo/client';
import { texts } from './texts.ts';

interface ToldError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown } | undefined;
}

/** The service's own sentence where it gave one. */
export function wordsOf(error: unknown): string {
  const message = toldBy(error)?.message;
  return typeof message === 'string' ? message : texts.faults.unknown;
}

export function codeOf(error: unknown): string | undefined {
  const code = toldBy(error)?.extensions?.code;
  return typeof code === 'string' ? code : undefined;
}

/** What cannot be an id names nothing, as an unknown id does: asking again is in vain. */
export const isOfNothing = (error: unknown): boolean =>
  ['NOT_FOUND', 'BAD_USER_INPUT'].includes(codeOf(error) ?? '');

function toldBy(error: unknown): ToldError | undefined {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0];
  return ServerError.is(error) ? refusalIn(error.bodyText) : undefined;
}

/** What the service refuses before it executes anything has another status, and the same form. */
function refusalIn(body: string): ToldError | undefined {
  try {
    const { errors } = JSON.parse(body) as { readonly errors?: readonly ToldError[] };
    return errors?.[0];
  } catch {
    // A proxy answered.
    return undefined;
  }
}
