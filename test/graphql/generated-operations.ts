// Operations over a whole schema, made from a seed, and data for them: properties, promises, lists,
// nulls where none may be, values of the wrong type, resolvers that throw. The same seed gives the
// same operation and the same data.
import {
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
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql';
import { hashOf, type Randomness, SeededRandomness } from '../simulator/randomness.js';

export interface DataOptions {
  /** How often a value is a fault: null, an error, a value of another type. */
  readonly faults: number;
}

/** A place in an answer: it has a source of chance of its own, whatever the order of execution. */
interface Place {
  readonly seed: number;
  readonly path: string;
  /** Of the path: a step adds to it without reading again all that is above. */
  readonly hash: number;
  readonly isInList: boolean;
}

const top = (seed: number): Place => ({ seed, path: '', hash: seed, isInList: false });

const chanceAt = ({ seed, hash }: Place) => new SeededRandomness(`${seed}/${hash}`);

const below = ({ seed, path, hash, isInList }: Place, step: string | number): Place => ({
  seed,
  path: `${path}/${step}`,
  hash: hashOf(`/${step}`, hash),
  isInList: isInList || typeof step === 'number',
});

/** An object of an answer: its properties are there, and its resolvers know its place. */
interface Source {
  readonly place: Place;
}

/** Gives every field of the schema data that follow from the seed in the context. */
export function fillWithData(schema: GraphQLSchema, { faults }: DataOptions): void {
  const data = new GeneratedData(schema, faults);
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type)) {
      type.resolveType = ({ place }: Source) => data.concreteTypeAt(type, place).name;
    } else if (isObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!roots.includes(type) && isProperty(field)) delete field.resolve;
        else data.resolve(field);
      }
    }
  }
}

class GeneratedData {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly faults: number,
  ) {}

  concreteTypeAt(type: GraphQLAbstractType, place: Place): GraphQLObjectType {
    return chanceAt(below(place, 'type')).pick(this.schema.getPossibleTypes(type));
  }

  resolve(field: GraphQLField<unknown, unknown>): void {
    field.resolve = (source, args: object, context) => {
      const { seed } = context as { readonly seed: number };
      const { place } = (source as Source | undefined) ?? { place: top(seed) };
      return this.resolved(field.type, below(place, `${field.name}${asText(args)}`));
    };
  }

  private resolved(type: GraphQLOutputType, place: Place): unknown {
    const chance = chanceAt(place);
    const isLate = this.mayBeLate(place) && chance.chance(0.5);
    if (chance.chance(this.faults)) {
      const error = new Error(`fault at ${place.path}`);
      if (isLate) return Promise.reject(error);
      throw error;
    }
    const value = this.valueOf(type, place, chance);
    return isLate ? Promise.resolve(value) : value;
  }

  private valueOf(type: GraphQLOutputType, place: Place, chance: Randomness): unknown {
    const { faults } = this;
    if (isNonNullType(type)) {
      return chance.chance(faults / 4) ? null : this.valueOf(type.ofType, place, chance);
    }
    if (chance.chance(faults)) {
      return chance.pick([null, undefined, new Error(`value at ${place.path}`)]);
    }
    if (isListType(type)) {
      const areLate = this.mayBeLate(place) && chance.chance(0.2);
      return Array.from({ length: chance.below(4) }, (_, index) => {
        const item = this.valueOf(type.ofType, below(place, index), chance);
        return areLate ? Promise.resolve(item) : item;
      });
    }
    return isLeafType(type) ? leafOf(type, chance, faults) : this.sourceOf(type, place);
  }

  private sourceOf(type: GraphQLCompositeType, place: Place): Source {
    const concrete = isAbstractType(type) ? this.concreteTypeAt(type, place) : type;
    const source = { place };
    for (const field of Object.values(concrete.getFields()).filter(isProperty)) {
      const here = below(place, field.name);
      Object.defineProperty(source, field.name, {
        get: () => this.valueOf(field.type, here, chanceAt(here)),
      });
    }
    return source;
  }

  /**
   * graphql-js leaves a rejection unhandled, which ends the process, where one item of a list fails
   * at once and another one later.
   */
  private mayBeLate({ isInList }: Place): boolean {
    return this.faults === 0 || !isInList;
  }
}

/** Half of the fields without arguments are properties; an operation's root has none. */
function isProperty({ name, args }: GraphQLField<unknown, unknown>): boolean {
  return args.length === 0 && SeededRandomness.of(0).fork(name).chance(0.5);
}

/** The arguments of a field, whatever their order. */
function asText(args: object): string {
  const named = Object.entries(args).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return named.sort().join();
}

function leafOf(type: GraphQLLeafType, draw: Randomness, faults: number): unknown {
  if (draw.chance(faults)) return draw.pick([{}, [], 'no such value', 1.5, Number.NaN, true]);
  if (isEnumType(type)) return draw.pick(type.getValues()).value;
  if (!isScalarType(type)) return undefined;
  const values: Readonly<Record<string, () => unknown>> = {
    Int: () => draw.below(1_000),
    SafeInt: () => draw.below(1_000_000),
    Float: () => draw.next(),
    Boolean: () => draw.chance(0.5),
    DateTime: () => draw.below(2_000_000_000_000),
    JSONObject: () => ({ drawn: draw.below(10) }),
  };
  return values[type.name]?.() ?? `text ${draw.below(1_000)}`;
}

export interface GeneratedOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const MAX_DEPTH = 5;

/** What an argument or a field of an input gets; undefined leaves it to the generator. */
export type ValueFor = (type: GraphQLScalarType, name: string) => unknown;

/** It may break a rule of validation, such as two fields of one name: the caller validates it. */
export class OperationGenerator {
  private readonly declared = new Map<string, string>();
  private readonly variables: Record<string, unknown> = {};
  private readonly fragments: string[] = [];
  private readonly hasDirectives: boolean;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly draw: Randomness,
    private readonly valueFor: ValueFor = () => undefined,
  ) {
    this.hasDirectives = draw.chance(0.25);
  }

  operation(): GeneratedOperation {
    const kind = this.draw.pick(['query', 'query', 'mutation'] as const);
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
    const parts = Array.from({ length: 1 + this.draw.below(4) }, () => this.partOf(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  private partOf(type: GraphQLCompositeType, depth: number): string {
    if (this.draw.chance(0.1)) return '__typename';
    if (depth < MAX_DEPTH && this.draw.chance(0.2)) return this.fragmentOn(type, depth);
    if (!('getFields' in type)) return '__typename';
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < MAX_DEPTH || isLeafType(getNamedType(field.type)),
    );
    return fields.length === 0 ? '__typename' : this.fieldOf(this.draw.pick(fields), depth);
  }

  private fieldOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const alias = this.draw.chance(0.3) ? `a${this.draw.below(100)}: ` : '';
    const args = field.args
      .filter(({ type }) => isNonNullType(type) || this.draw.chance(0.4))
      .map(({ name, type }) => `${name}: ${this.argumentOf(type, name)}`);
    const list = args.length === 0 ? '' : `(${args.join(', ')})`;
    const named = getNamedType(field.type);
    const below = isLeafType(named)
      ? ''
      : this.selectionOf(named as GraphQLCompositeType, depth + 1);
    return `${alias}${field.name}${list}${this.directive()} ${below}`;
  }

  private fragmentOn(type: GraphQLCompositeType, depth: number): string {
    const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const on = this.draw.chance(0.5) ? type : this.draw.pick(possible);
    const selection = this.selectionOf(on, depth + 1);
    if (this.draw.chance(0.5)) return `... on ${on.name}${this.directive()} ${selection}`;
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${on.name} ${selection}`);
    return `...${name}${this.directive()}`;
  }

  private directive(): string {
    if (!this.hasDirectives || !this.draw.chance(0.2)) return '';
    const word = this.draw.pick(['skip', 'include']);
    if (this.draw.chance(0.5)) return ` @${word}(if: ${this.draw.chance(0.5)})`;
    const name = this.variable('Boolean!', this.draw.chance(0.95) ? this.draw.chance(0.5) : 'no');
    return ` @${word}(if: $${name})`;
  }

  private argumentOf(type: GraphQLInputType, argument: string): string {
    const value = this.inputOf(type, argument);
    if (this.draw.chance(0.4)) return literal(value, getNullableType(type));
    const isFaulty = this.draw.chance(0.05);
    return `$${this.variable(String(type), isFaulty ? this.draw.pick([null, 'wrong', 1.5, {}]) : value)}`;
  }

  private variable(type: string, value: unknown): string {
    const name = `v${this.declared.size}`;
    this.declared.set(name, type);
    this.variables[name] = value;
    return name;
  }

  private inputOf(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return this.inputOf(type.ofType, name);
    if (isListType(type)) return [this.inputOf(type.ofType, name)];
    if (isEnumType(type)) return this.draw.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const given = fields.filter((field) => isNonNullType(field.type) || this.draw.chance(0.3));
      return Object.fromEntries(
        given.map((field) => [field.name, this.inputOf(field.type, field.name)]),
      );
    }
    if (!isScalarType(type)) return undefined;
    const given = this.valueFor(type, name);
    if (given !== undefined) return given;
    const { draw } = this;
    const values: Readonly<Record<string, () => unknown>> = {
      Int: () => draw.below(100),
      SafeInt: () => draw.below(100),
      Boolean: () => draw.chance(0.5),
      DateTime: () => new Date(draw.below(2_000_000_000_000)).toISOString(),
    };
    return values[type.name]?.() ?? `text ${draw.below(10)}`;
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
