// The optimistic lock of a part of a stream, such as one of all shipping methods: changes of the
// other parts are no conflict.
import type { CommandContext, CommandRequest } from './command-context.js';
import { conflict } from './rejections.js';

/**
 * @param name of the part, for people
 * @param revisionOf of the last event about the part; undefined leaves an absent one to `decide`
 */
export function lockOfPart<State>(
  { expectedRevision, ...context }: CommandContext,
  name: string,
  revisionOf: (state: State) => number | undefined,
): Pick<CommandRequest<unknown, State>, 'context' | 'admit'> {
  if (expectedRevision === undefined) return { context };
  const refusal = (revision = expectedRevision) =>
    revision === expectedRevision ? undefined : conflict(name, revision);
  return { context, admit: (state) => Promise.resolve(refusal(revisionOf(state))) };
}
