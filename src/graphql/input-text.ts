// The text rule for every string of a request, whichever input it stands in: literals of a document
// and values of its variables are judged before anything reads them, so no input can be forgotten.
import { visit, type DocumentNode } from 'graphql';
import { textFault } from '../domain/text.js';
import { badInput, type ApiError } from './api-error.js';

export { textFault };

/** Names that reach an object's prototype; no input has such a field. */
const prototypeNames = new Set(['__proto__', 'constructor', 'prototype']);

const badName = (name: string) => badInput(`An input has no field ${name}.`);
const badText = (fault: string) => badInput(`A text must be one line, without ${fault}.`);

/** The first fault in the literals of a document. */
export function literalFault(document: DocumentNode): ApiError | undefined {
  let found: ApiError | undefined;
  visit(document, {
    StringValue: ({ value }) => {
      const fault = textFault(value);
      if (fault !== undefined) found ??= badText(fault);
    },
    ObjectField: ({ name }) => {
      if (prototypeNames.has(name.value)) found ??= badName(name.value);
    },
  });
  return found;
}

/** The first fault in the values of variables, however deep; a client may nest without end. */
export function variableFault(variables: unknown): ApiError | undefined {
  const waiting: unknown[] = [variables];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') {
      const fault = textFault(value);
      if (fault !== undefined) return badText(fault);
    } else if (Array.isArray(value)) {
      for (const item of value) waiting.push(item);
    } else if (typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) {
        if (prototypeNames.has(name)) return badName(name);
      }
      for (const inner of Object.values(value)) waiting.push(inner);
    }
  }
  return undefined;
}
