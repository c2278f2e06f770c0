// Wraps every list of the schema: its rows count against the budget, long lists yield to other
// requests, and lists that can grow take page arguments.
import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  GraphQLInt,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { badInput } from './api-error.js';
import type { RequestContext } from './context.js';
import { heard } from './heard-faults.js';

/** A long list yields to other requests after about this many fields. */
const fieldsPerTurn = 500;
/** Bytes of a field besides its value: its name, quotes, and a number or an instant. */
const bytesPerField = 24;

/** Type and field of the lists that grow with a shopper's use. */
const paged = new Set([
  'lines of Cart',
  'lines of CartView',
  'lines of CartContents',
  'because of CartTotals',
  'changes of CartDiff',
  'eventIds of CartChangeEntry',
  'parts of CartExplanation',
  'shares of ExplainedPart',
  'byDay of ImpactReport',
  'byCoupon of ImpactReport',
  'byProduct of ImpactReport',
  'byCustomer of ImpactReport',
]);

/** Changes the schema's fields in place. Call it once, before the schema is printed or used. */
export function addPages(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      if (paged.has(`${field.name} of ${type.name}`)) addPage(field);
    }
  }
}

/** Changes the schema's fields in place. Call it once, before the schema is used. */
export function limitLists(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      if (isListType(getNullableType(field.type))) limitList(field);
      else if (getNamedType(field.type).name === 'JSONObject') limitJson(field);
    }
  }
  return schema;
}

type Field = GraphQLField<unknown, RequestContext>;

function addPage(field: Field): void {
  const arg = (name: string, description: string): GraphQLArgument => ({
    name,
    description,
    type: GraphQLInt,
    defaultValue: undefined,
    deprecationReason: undefined,
    extensions: {},
    astNode: undefined,
  });
  (field.args as GraphQLArgument[]).push(
    arg('first', 'Maximum number of entries; default: all'),
    arg('offset', 'Number of entries to skip at the start'),
  );
}

function limitList(field: Field): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    context.budget.demandRest();
    const found: unknown = resolve(source, args, context, info);
    const show = (list: unknown) =>
      Array.isArray(list) ? shown(pageOf(list, args as SizedArguments), context, info) : list;
    return found instanceof Promise ? found.then(show) : show(found);
  };
}

function limitJson(field: Field): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    const found: unknown = resolve(source, args, context, info);
    context.budget.show(1, JSON.stringify(found).length);
    return found;
  };
}

interface SizedArguments {
  readonly first?: number | null;
  readonly offset?: number | null;
}

function pageOf(list: readonly unknown[], { first, offset }: SizedArguments): readonly unknown[] {
  if (typeof offset !== 'number' && typeof first !== 'number') return list;
  const [begin, size] = [offset ?? 0, first ?? list.length];
  if (begin < 0 || size < 0) throw badInput('first and offset must be 0 or more.');
  return list.slice(begin, begin + size);
}

function shown(
  list: readonly unknown[],
  { budget }: RequestContext,
  info: GraphQLResolveInfo,
): readonly unknown[] {
  const fields = 1 + fieldsOfRow(info);
  budget.show(list.length * fields, list.length * fields * bytesPerField);
  for (const row of list) budget.show(0, textBytes(row));
  return inTurns(list, Math.max(1, Math.floor(fieldsPerTurn / fields)));
}

/** Each later batch of rows waits for a turn of the event loop. */
function inTurns(list: readonly unknown[], batch: number): readonly unknown[] {
  if (list.length <= batch) return list;
  let turn: Promise<void> | undefined;
  return list.map((row, index) => {
    if (index > 0 && index % batch === 0) turn = nextTurn(turn);
    return turn === undefined ? row : heard(turn.then(() => row));
  });
}

async function nextTurn(after: Promise<void> | undefined): Promise<void> {
  await after;
  await new Promise((resolve) => setImmediate(resolve));
}

/** Bytes of the row's own texts; computed texts are made from these. */
function textBytes(row: unknown): number {
  if (typeof row === 'string') return row.length;
  if (typeof row !== 'object' || row === null) return 0;
  let bytes = 0;
  for (const [, { value }] of Object.entries(Object.getOwnPropertyDescriptors(row))) {
    if (typeof value === 'string') bytes += Buffer.byteLength(value);
  }
  return bytes;
}

/** graphql-js passes the same nodes for every row of a list. */
const counted = new WeakMap<GraphQLResolveInfo['fieldNodes'], number>();

/** A nested list is counted when it is resolved. */
function fieldsOfRow({ fieldNodes, fragments }: GraphQLResolveInfo): number {
  const known = counted.get(fieldNodes);
  if (known !== undefined) return known;
  const ofSet = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + 1 + ofSet(selection.selectionSet);
      if (selection.kind === Kind.INLINE_FRAGMENT) return sum + ofSet(selection.selectionSet);
      return sum + ofSet(fragments[selection.name.value]?.selectionSet);
    }, 0);
  const fields = fieldNodes.reduce((sum, { selectionSet }) => sum + ofSet(selectionSet), 0);
  counted.set(fieldNodes, fields);
  return fields;
}
