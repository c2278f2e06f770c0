// The optimistic lock of a part of a stream, such as one of all shipping methods: changes of the
// other parts are no conflict.
import type { CommandContext, CommandRequest } from './command-context.js';
import { conflict } from './rejections.js';

/** The revision of a part that is not there: who expects it makes the first one. */
export const ABSENT = -1;

/**
 * @param name of the part, for people
 * @param revisionOf of the last event about the part, for an instant; undefined leaves an absent
 *   one to `decide`
 */
export function lockOfPart<State>(
  { expectedRevision, ...context }: CommandContext,
  name: string,
  revisionOf: (state: State, at: number) => number | undefined,
): Pick<CommandRequest<unknown, State>, 'context' | 'admit'> {
  if (expectedRevision === undefined) return { context };
  const refusal = (revision = expectedRevision) =>
    revision === expectedRevision ? undefined : conflict(name, revision);
  return { context, admit: (state, at) => Promise.resolve(refusal(revisionOf(state, at))) };
}
