// What a document would cost, from its text alone: no schema is needed, each fragment is weighed
// once, and so a hostile document is refused before anything expensive looks at it.
import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
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

/** A root field is a command, a read of the log or a row; a leaf is a property of what was read. */
const rootFieldCost = 10;
/** A page whose size is a variable is taken for the largest one. */
export const maxPageSize = 200;

/** Why the document exceeds the limits, or undefined when it does not. */
export function excessOf(document: DocumentNode, limits = queryLimits): string | undefined {
  const weigh = weigher(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const weight = weigh(definition.selectionSet);
    const roots = definition.selectionSet.selections.length * rootFieldCost;
    const total = { ...weight, cost: weight.cost + roots };
    const passed = (Object.keys(limits) as (keyof QueryLimits)[]).find(
      (limit) => total[limit] > limits[limit],
    );
    if (passed !== undefined)
      return `The operation exceeds the limit of ${limits[passed]} (${passed}).`;
  }
  return undefined;
}

function weigher(document: DocumentNode): (set: SelectionSetNode | undefined) => Weight {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const weighed = new Map<string, Weight>();

  const ofFragment = (name: string): Weight => {
    const known = weighed.get(name);
    if (known !== undefined) return known;
    // A fragment that spreads itself weighs nothing the second time; validation refuses it later.
    weighed.set(name, nothing);
    const weight = ofSet(fragments.get(name)?.selectionSet);
    weighed.set(name, weight);
    return weight;
  };
  const ofField = (field: FieldNode): Weight => {
    // Validation bounds what introspection may ask for, and decides whether it may at all.
    const inner = field.name.value.startsWith('__') ? nothing : ofSet(field.selectionSet);
    return {
      depth: inner.depth + 1,
      cost: 1 + inner.cost * pageSize(field),
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

function pageSize(field: FieldNode): number {
  const argument = field.arguments?.find(
    ({ name }) => name.value === 'first' || name.value === 'last',
  );
  if (argument === undefined) return 1;
  if (argument.value.kind !== Kind.INT) return maxPageSize;
  return Math.max(1, Number(argument.value.value));
}
