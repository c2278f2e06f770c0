// What went wrong, in words for the person at the screen.
import { CombinedGraphQLErrors } from '@apollo/client';
import { texts } from './texts.ts';

/** The service's own sentence where it gave one. */
export function wordsOf(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0]?.message ?? texts.faults.unknown;
  return texts.faults.unknown;
}

export function codeOf(error: unknown): string | undefined {
  if (!CombinedGraphQLErrors.is(error)) return undefined;
  const code: unknown = error.errors[0]?.extensions?.['code'];
  return typeof code === 'string' ? code : undefined;
}
