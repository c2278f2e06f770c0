// Computes a document's cost from its text and variables. It needs no schema and visits each
// fragment once, so a hostile document is refused before any expensive step.
import {
  BREAK,
  Kind,
  visit,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface QueryLimits {
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
  readonly directives: number;
}

export const queryLimits: QueryLimits = { depth: 8, cost: 5_000, aliases: 50, directives: 20 };

interface Weight {
  readonly depth: number;
  readonly cost: number;
  readonly aliases: number;
  readonly directives: number;
}

const nothing: Weight = { depth: 0, cost: 0, aliases: 0, directives: 0 };

/** A root field is a command, a read of the log or a row; a leaf is a property of a row. */
const rootFieldCost = 10;
export const maxPageSize = 200;

/** The values of a request's variables, not yet validated. */
export type Variables = Readonly<Record<string, unknown>>;

/** The exceeded limit, and the counted value. */
export interface Excess {
  readonly limit: keyof QueryLimits;
  readonly maximum: number;
  readonly counted: number;
}

export interface Complexity {
  /** Cost of the most expensive operation. */
  readonly cost: number;
  readonly excess: Excess | undefined;
}

/** The document's cost with these variables, and the limit that it exceeds, if any. */
export function complexityOf(
  document: DocumentNode,
  variables: Variables = {},
  limits = queryLimits,
): Complexity {
  let cost = 0;
  let excess: Excess | undefined;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const weigh = weigher(document, sizesOf(definition, variables));
    const weight = weigh(definition.selectionSet);
    const roots = definition.selectionSet.selections.length * rootFieldCost;
    const total = { ...weight, cost: weight.cost + roots };
    cost = Math.max(cost, total.cost);
    excess ??= excessOf(total, limits);
  }
  return { cost, excess };
}

/** Whether the cost depends on the values of variables. */
export function hasVariableSizes(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Argument: ({ name, value }) => {
      if (isSize(name.value) && value.kind === Kind.VARIABLE) found = true;
      return found ? BREAK : undefined;
    },
  });
  return found;
}

function excessOf(total: Weight, limits: QueryLimits): Excess | undefined {
  const limit = (Object.keys(limits) as (keyof QueryLimits)[]).find(
    (name) => total[name] > limits[name],
  );
  return limit && { limit, maximum: limits[limit], counted: total[limit] };
}

/** Each variable's value: the given one, or else the operation's default. */
function sizesOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables) {
  return (name: string): unknown => {
    if (Object.hasOwn(variables, name)) return variables[name];
    const definition = variableDefinitions.find(({ variable }) => variable.name.value === name);
    return sizeIn(definition?.defaultValue);
  };
}

function weigher(
  document: DocumentNode,
  valueOf: (variable: string) => unknown,
): (set: SelectionSetNode | undefined) => Weight {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const weighed = new Map<string, Weight>();

  const ofFragment = (name: string): Weight => {
    const known = weighed.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself adds nothing the second time; validation refuses it later.
    weighed.set(name, nothing);
    const weight = ofSet(fragments.get(name)?.selectionSet);
    weighed.set(name, weight);
    return weight;
  };
  const ofField = (field: FieldNode): Weight => {
    // Validation limits introspection, and decides whether it is allowed.
    const inner = field.name.value.startsWith('__') ? nothing : ofSet(field.selectionSet);
    return {
      depth: inner.depth + 1,
      cost: 1 + costOfRows(field, inner.cost, valueOf),
      aliases: inner.aliases + (field.alias === undefined ? 0 : 1),
      directives: inner.directives,
    };
  };
  const ofSet = (set: SelectionSetNode | undefined): Weight => {
    let sum = nothing;
    for (const selection of set?.selections ?? []) {
      const weight =
        selection.kind === Kind.FIELD
          ? ofField(selection)
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSet(selection.selectionSet);
      sum = add(sum, weight, selection.directives?.length ?? 0);
    }
    return sum;
  };
  return ofSet;
}

function add(sum: Weight, weight: Weight, directives: number): Weight {
  return {
    depth: Math.max(sum.depth, weight.depth),
    cost: sum.cost + weight.cost,
    aliases: sum.aliases + weight.aliases,
    directives: sum.directives + weight.directives + directives,
  };
}

const pageSizes = ['first', 'last'];
/** The argument of a federation router's `_entities`: each is read as by a root field. */
const representations = 'representations';

function isSize(argument: string): boolean {
  return pageSizes.includes(argument) || argument === representations;
}

function costOfRows(field: FieldNode, cost: number, valueOf: (variable: string) => unknown) {
  const sized = field.arguments?.find(({ name }) => isSize(name.value));
  if (sized === undefined) return cost;
  const { name, value } = sized;
  const size = value.kind === Kind.VARIABLE ? valueOf(value.name.value) : sizeIn(value);
  const rows = Array.isArray(size) ? size.length : size;
  const ofRow = name.value === representations ? cost + rootFieldCost : cost;
  // A value that is not a whole number fails when variables are coerced, before any read.
  return ofRow * (typeof rows === 'number' && rows > 1 ? rows : 1);
}

function sizeIn(value: ValueNode | undefined): unknown {
  if (value?.kind === Kind.LIST) return value.values.length;
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
}

/** Number of commands in the document's largest mutation; each counts as one request. */
export function commandsIn(document: DocumentNode): number {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition.selectionSet);
    }
  }
  const fieldsOf = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + 1;
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + fieldsOf(selection.selectionSet);
      return sum + fieldsOf(fragments.get(selection.name.value));
    }, 0);
  const commands = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION &&
    definition.operation === OperationTypeNode.MUTATION
      ? fieldsOf(definition.selectionSet)
      : 0,
  );
  return Math.max(...commands);
}
