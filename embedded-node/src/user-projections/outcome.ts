// What came out of a sandbox, checked: a query may have changed the functions that made the text.
import { utf8Text } from '../log/utf8-text.js';
import { SandboxError, type BatchOutcome } from '../sandbox/protocol.js';

/** @throws SandboxError for a text that the language does not make */
export function outcomeIn(json: string, eventCount: number): BatchOutcome {
  const outcome = parsed(json);
  if (!isRecord(outcome)) throw nonsense();
  const { states, results, emitted } = outcome;
  const isCause = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < eventCount;
  const isSound =
    isListOf(states, ({ partition, state, result }) =>
      [typeof partition === 'string', isJsonOrNull(state), isJsonOrNull(result)].every(Boolean),
    ) &&
    isListOf(results, ({ cause, partition, result }) =>
      [isCause(cause), typeof partition === 'string', isJsonOrNull(result)].every(Boolean),
    ) &&
    isListOf(emitted, ({ cause, stream, type, data, isJson, metadata }) =>
      [
        isCause(cause),
        isName(stream) && isName(type),
        typeof data === 'string' && typeof isJson === 'boolean',
        metadata === null || (isRecord(metadata) && Object.values(metadata).every(isJsonText)),
      ].every(Boolean),
    );
  if (!isSound) throw nonsense();
  return named(outcome as unknown as BatchOutcome);
}

/** With names as the log keeps them. */
function named({ states, results, emitted }: BatchOutcome): BatchOutcome {
  const inPartition = <Of extends { readonly partition: string }>(of: Of): Of => {
    return { ...of, partition: utf8Text(of.partition) };
  };
  return {
    states: states.map(inPartition),
    results: results.map(inPartition),
    emitted: emitted.map(({ stream, type, ...rest }) => {
      return { ...rest, stream: utf8Text(stream), type: utf8Text(type) };
    }),
  };
}

/** @throws SandboxError for a text that the language does not make */
export function partitionsIn(json: string, eventCount: number): (string | null)[] {
  const partitions = parsed(json);
  if (!Array.isArray(partitions) || partitions.length !== eventCount) throw nonsense();
  const isName = (name: unknown) => name === null || typeof name === 'string';
  if (!partitions.every(isName)) throw nonsense();
  return partitions.map((name) => (name === null ? null : utf8Text(name)));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw nonsense();
    throw error;
  }
}

function nonsense(): SandboxError {
  return new SandboxError({ kind: 'crashed', message: 'The result of the script is not valid' });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(
  value: unknown,
  isSound: (item: Record<string, unknown>) => boolean,
): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.every((item) => isRecord(item) && isSound(item));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isJsonOrNull(value: unknown): boolean {
  return value === null || isJsonText(value);
}

/** A state may be a text of its own; the real server stores and parses it as it is. */
function isJsonText(value: unknown): boolean {
  return typeof value === 'string';
}
