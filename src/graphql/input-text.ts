// Applies the text rule to every string of a request. All literals and variable values are checked
// before any input is read, so no input can be missed.
import { visit, type DocumentNode } from 'graphql';
import { textFault } from '../domain/text.js';
import { badInput, type ApiError } from './api-error.js';

export { textFault };

/** Names that access an object's prototype; no input has such a field. */
const prototypeNames = new Set(['__proto__', 'constructor', 'prototype']);

const badName = (name: string) => badInput(`An input has no field ${name}.`);
const badText = (fault: string) => badInput(`A text must be one line, without ${fault}.`);

/** The first invalid literal of a document. */
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

/** The first invalid value among the variables, at any depth. */
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
