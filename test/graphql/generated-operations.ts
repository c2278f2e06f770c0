// Operations over a whole schema, made from a seed, and data for them: properties, promises, lists,
// nulls where none may be, values of the wrong type, resolvers that throw. The same seed gives the
// same operation and the same data.
import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Numbers from 0 up to, and without, 1 (mulberry32). */
export class Draw {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  upTo(count: number): number {
    return Math.floor(this.next() * count);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.upTo(items.length)]!;
  }
}

/** A draw of its own for each place in an answer, whatever the order in which they are asked. */
function drawAt(seed: number, place: string): Draw {
  let mixed = 2_166_136_261 ^ seed;
  for (let index = 0; index < place.length; index += 1) {
    mixed = Math.imul(mixed ^ place.charCodeAt(index), 16_777_619);
  }
  return new Draw(mixed);
}

export interface DataOptions {
  /** How often a value is a fault: null, an error, a value of another type. */
  readonly faults: number;
}

interface Source {
  readonly place: string;
}

/** Gives every field of the schema data that follow from the seed in the context. */
export function fillWithData(schema: GraphQLSchema, { faults }: DataOptions): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) {
      const possible = schema.getPossibleTypes(type);
      type.resolveType = (value: Source, context: { readonly seed: number }) =>
        drawAt(context.seed, `${value.place} type`).of(possible).name;
    }
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) fillField(field, faults);
  }
}

function fillField(field: GraphQLField<unknown, unknown>, faults: number): void {
  // Half of the fields are properties, half have a resolver: by their name, as in a real schema.
  const isComputed = drawAt(0, field.name).chance(0.5);
  const { name, type } = field;
  field.resolve = (source, args: object, context, info) => {
    const { place } = (source as Source | undefined) ?? { place: '' };
    const here = `${place}/${name}${asText(args)}`;
    const { seed } = context as { readonly seed: number };
    const draw = drawAt(seed, here);
    if (!isComputed)
      return defaultFieldResolver(
        { [name]: valueOf(type, draw, here, faults) },
        args,
        context,
        info,
      );
    const isLate = mayBeLate(place, faults) && draw.chance(0.5);
    if (draw.chance(faults)) {
      const error = new Error(`fault at ${here}`);
      if (isLate) return Promise.reject(error);
      throw error;
    }
    const value = valueOf(type, draw, here, faults);
    return isLate ? Promise.resolve(value) : value;
  };
}

/**
 * graphql-js leaves a rejection unhandled, which ends the process, where one item of a list fails
 * at once and another one later.
 */
function mayBeLate(place: string, faults: number): boolean {
  return faults === 0 || !/\/\d/.test(place);
}

/** The arguments of a field, whatever their order. */
function asText(args: object): string {
  const named = Object.entries(args).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return named.sort().join();
}

function valueOf(type: GraphQLOutputType, draw: Draw, place: string, faults: number): unknown {
  if (isNonNullType(type)) {
    return draw.chance(faults / 4) ? null : valueOf(type.ofType, draw, place, faults);
  }
  if (draw.chance(faults)) return draw.of([null, undefined, new Error(`value at ${place}`)]);
  if (isListType(type)) {
    const areLate = mayBeLate(place, faults) && draw.chance(0.2);
    return Array.from({ length: draw.upTo(4) }, (_, index) => {
      const item = valueOf(type.ofType, draw, `${place}/${index}`, faults);
      return areLate ? Promise.resolve(item) : item;
    });
  }
  return isLeafType(type) ? leafOf(type, draw, faults) : { place };
}

function leafOf(type: GraphQLOutputType, draw: Draw, faults: number): unknown {
  if (draw.chance(faults)) return draw.of([{}, [], 'no such value', 1.5, Number.NaN, true]);
  if (isEnumType(type)) return draw.of(type.getValues()).value;
  if (!isScalarType(type)) return undefined;
  const values: Readonly<Record<string, () => unknown>> = {
    Int: () => draw.upTo(1_000),
    SafeInt: () => draw.upTo(1_000_000),
    Float: () => draw.next(),
    Boolean: () => draw.chance(0.5),
    DateTime: () => draw.upTo(2_000_000_000_000),
    JSONObject: () => ({ drawn: draw.upTo(10) }),
  };
  return values[type.name]?.() ?? `text ${draw.upTo(1_000)}`;
}

export interface GeneratedOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 5;

/** It may break a rule of validation, such as two fields of one name: the caller validates it. */
export class OperationGenerator {
  private readonly declared = new Map<string, string>();
  private readonly variables: Record<string, unknown> = {};
  private readonly fragments: string[] = [];
  private readonly hasDirectives: boolean;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly draw: Draw,
  ) {
    this.hasDirectives = draw.chance(0.25);
  }

  operation(): GeneratedOperation {
    const kind = this.draw.of(['query', 'query', 'mutation'] as const);
    const root = kind === 'query' ? this.schema.getQueryType() : this.schema.getMutationType();
    const selection = this.selectionOf(root!, 0);
    const declared = [...this.declared].map(([name, type]) => `$${name}: ${type}`).join(', ');
    const head = declared === '' ? `${kind} Generated` : `${kind} Generated(${declared})`;
    return {
      text: [`${head} ${selection}`, ...this.fragments].join('\n'),
      variables: this.variables,
    };
  }

  private selectionOf(type: GraphQLCompositeType, depth: number): string {
    const parts = Array.from({ length: 1 + this.draw.upTo(4) }, () => this.partOf(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  private partOf(type: GraphQLCompositeType, depth: number): string {
    if (this.draw.chance(0.1)) return '__typename';
    if (depth < MAX_DEPTH && this.draw.chance(0.2)) return this.fragmentOn(type, depth);
    if (!('getFields' in type)) return '__typename';
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < MAX_DEPTH || isLeafType(getNamedType(field.type)),
    );
    return fields.length === 0 ? '__typename' : this.fieldOf(this.draw.of(fields), depth);
  }

  private fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const alias = this.draw.chance(0.3) ? `a${this.draw.upTo(100)}: ` : '';
    const args = field.args
      .filter(({ type }) => isNonNullType(type) || this.draw.chance(0.4))
      .map(({ name, type }) => `${name}: ${this.argumentOf(type)}`);
    const list = args.length === 0 ? '' : `(${args.join(', ')})`;
    const named = getNamedType(field.type);
    const below = isLeafType(named)
      ? ''
      : this.selectionOf(named as GraphQLCompositeType, depth + 1);
    return `${alias}${field.name}${list}${this.directive()} ${below}`;
  }

  private fragmentOn(type: GraphQLCompositeType, depth: number): string {
    const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const on = this.draw.chance(0.5) ? type : this.draw.of(possible);
    const selection = this.selectionOf(on, depth + 1);
    if (this.draw.chance(0.5)) return `... on ${on.name}${this.directive()} ${selection}`;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${on.name} ${selection}`);
    return `...${name}${this.directive()}`;
  }

  private directive(): string {
    if (!this.hasDirectives || !this.draw.chance(0.2)) return '';
    const word = this.draw.of(['skip', 'include']);
    if (this.draw.chance(0.5)) return ` @${word}(if: ${this.draw.chance(0.5)})`;
    const name = this.variable('Boolean!', this.draw.chance(0.95) ? this.draw.chance(0.5) : 'no');
    return ` @${word}(if: $${name})`;
  }

  private argumentOf(type: GraphQLInputType): string {
    const value = this.inputOf(type);
    if (this.draw.chance(0.4)) return literal(value, getNullableType(type));
    const isFaulty = this.draw.chance(0.05);
    return `$${this.variable(String(type), isFaulty ? this.draw.of([null, 'wrong', 1.5, {}]) : value)}`;
  }

  private variable(type: string, value: unknown): string {
    const name = `v${this.declared.size}`;
    this.declared.set(name, type);
    this.variables[name] = value;
    return name;
  }

  private inputOf(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.inputOf(type.ofType);
    if (isListType(type)) return [this.inputOf(type.ofType)];
    if (isEnumType(type)) return this.draw.of(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const given = fields.filter((field) => isNonNullType(field.type) || this.draw.chance(0.3));
      return Object.fromEntries(given.map((field) => [field.name, this.inputOf(field.type)]));
    }
    const { draw } = this;
    const values: Readonly<Record<string, () => unknown>> = {
      Int: () => draw.upTo(100),
      SafeInt: () => draw.upTo(100),
      Boolean: () => draw.chance(0.5),
      DateTime: () => new Date(draw.upTo(2_000_000_000_000)).toISOString(),
    };
    return values[(type as { name: string }).name]?.() ?? `text ${draw.upTo(10)}`;
  }
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isEnumType(type)) return String(value);
  if (isListType(type)) {
    const items = (value as unknown[]).map((item) => literal(item, getNullableType(type.ofType)));
    return `[${items.join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields();
    const given = Object.entries(value as object).map(
      ([name, inner]) => `${name}: ${literal(inner, getNullableType(fields[name]!.type))}`,
    );
    return `{ ${given.join(', ')} }`;
  }
  return JSON.stringify(value);
}
