// Applies the text rule to every string of a request. All literals and variable values are checked
// before any input is read, so no input can be missed.
import {
  getNamedType,
  isInputObjectType,
  isInputType,
  Kind,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

import { textFault } from '../domain/text.js';
import { badInput, type ApiError } from './api-error.js';

export { textFault };

/** Input and field of the texts that may have several lines, as their descriptions say. */
const linedTexts = new Map([
  ['ListProductInput', 'description'],
  ['ReviseProductInput', 'description'],
]);

/** What the variables of a document stand for. */
export interface VariableTexts {
  readonly types: ReadonlyMap<string, GraphQLInputType>;
  /** The variables that are a text of several lines by themselves. */
  readonly ofSeveralLines: ReadonlySet<string>;
}

/** Names that access an object's prototype; no input has such a field. */
const prototypeNames = new Set(['__proto__', 'constructor', 'prototype']);

const badName = (name: string) => badInput(`An input has no field ${name}.`);

function badText(text: string, mayHaveLines: boolean): ApiError | undefined {
  const fault = (mayHaveLines ? text.split('\n') : [text]).map(textFault).find(Boolean);
  if (fault === undefined) return undefined;
  const what = mayHaveLines ? 'Each line of this text must be' : 'A text must be one line,';
  return badInput(`${what} without ${fault}.`);
}

/** What is known of a field of an input. */
function fieldOf(input: GraphQLInputType | null | undefined, name: string) {
  const named = getNamedType(input);
  if (!isInputObjectType(named)) return { type: undefined, mayHaveLines: false };
  return {
    type: named.getFields()[name]?.type,
    mayHaveLines: linedTexts.get(named.name) === name,
  };
}

/** The first invalid literal of a document, and what its variables stand for. */
export function textsOf(
  document: DocumentNode,
  schema: GraphQLSchema,
): VariableTexts & { readonly fault: ApiError | undefined } {
  const types = new Map<string, GraphQLInputType>();
  const ofSeveralLines = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  /** Whether a value is that of such a field. */
  const isOfSeveralLines = (parent: ASTNode | readonly ASTNode[] | undefined) =>
    parent !== undefined &&
    'kind' in parent &&
    parent.kind === Kind.OBJECT_FIELD &&
    fieldOf(typeInfo.getParentInputType(), parent.name.value).mayHaveLines;
  let fault: ApiError | undefined;
  const visitor = visitWithTypeInfo(typeInfo, {
    VariableDefinition: ({ variable, type: node }) => {
      const type = typeFromAST(schema, node);
      if (isInputType(type)) types.set(variable.name.value, type);
    },
    StringValue: ({ value }, _key, parent) => {
      fault ??= badText(value, isOfSeveralLines(parent));
    },
    Variable: ({ name }, _key, parent) => {
      if (isOfSeveralLines(parent)) ofSeveralLines.add(name.value);
    },
    ObjectField: ({ name }) => {
      if (prototypeNames.has(name.value)) fault ??= badName(name.value);
    },
  });
  visit(document, visitor);
  return { fault, types, ofSeveralLines };
}

interface UncheckedValue {
  readonly value: unknown;
  readonly type: GraphQLInputType | undefined;
  readonly mayHaveLines: boolean;
}

/**
 * The first invalid value among the variables, at any depth.
 *
 * @param texts of a document that can run; default: every text is one line
 */
export function variableFault(
  variables: Readonly<Record<string, unknown>>,
  texts?: VariableTexts,
): ApiError | undefined {
  const waiting: UncheckedValue[] = [];
  /** Takes what an object has, unless one of its names is bad. */
  const enter = (object: object, knownOf: (name: string) => Omit<UncheckedValue, 'value'>) => {
    for (const [name, value] of Object.entries(object)) {
      if (prototypeNames.has(name)) return badName(name);
      waiting.push({ value, ...knownOf(name) });
    }
    return undefined;
  };
  let fault = enter(variables, (name) => ({
    type: texts?.types.get(name),
    mayHaveLines: texts?.ofSeveralLines.has(name) ?? false,
  }));
  for (let next = waiting.pop(); fault === undefined && next; next = waiting.pop()) {
    const { value, type, mayHaveLines } = next;
    if (typeof value === 'string') fault = badText(value, mayHaveLines);
    else if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) {
        waiting.push({ value: item, type, mayHaveLines: false });
      }
    } else if (typeof value === 'object' && value !== null) {
      fault = enter(value, (name) => fieldOf(type, name));
    }
  }
  return fault;
}
