// Executes operations with code that is compiled once for each operation of a document, inside of
// Apollo's pipeline. graphql-js stays the reference: it executes what compiled code would answer
// differently.
import {
  BREAK,
  defaultFieldResolver,
  execute,
  getNamedType,
  getOperationAST,
  GraphQLError,
  isObjectType,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Variables } from './complexity.js';
import { hearFaults } from './heard-faults.js';

/** An operation that passed the document gate. */
export interface OperationExecution {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Variables | undefined;
  readonly contextValue: unknown;
}

type ExecutionAnswer = ExecutionResult | Promise<ExecutionResult>;

export class CompiledExecution {
  /** By operation; null where graphql-js executes it. The document gate's cache bounds these. */
  private readonly compiled = new WeakMap<OperationDefinitionNode, CompiledQuery | null>();

  /** @param schema its resolvers are changed in place */
  constructor(private readonly schema: GraphQLSchema) {
    hearFaults(schema);
  }

  execute(execution: OperationExecution): ExecutionAnswer {
    const { operationName, document, contextValue, variables } = execution;
    const query = this.queryOf(document, operationName);
    if (query === null) return this.reference(execution);
    const answer = query.query(undefined, contextValue, variables);
    if (answer instanceof Promise) return answer.then(withGraphQLErrors);
    // Without data nothing ran: the variables are faulty, and graphql-js words that.
    return 'data' in answer ? withGraphQLErrors(answer) : this.reference(execution);
  }

  /** Whether graphql-js is spared this operation. */
  isCompiled(document: DocumentNode, operationName?: string): boolean {
    return this.queryOf(document, operationName) !== null;
  }

  private reference({
    document,
    operationName,
    variables,
    contextValue,
  }: OperationExecution): ExecutionAnswer {
    const args: ExecutionArgs = {
      schema: this.schema,
      document,
      contextValue,
      ...(operationName !== undefined && { operationName }),
      ...(variables !== undefined && { variableValues: variables }),
    };
    return execute(args);
  }

  private queryOf(document: DocumentNode, operationName: string | undefined): CompiledQuery | null {
    const operation = getOperationAST(document, operationName);
    // The document has no such operation; graphql-js says so.
    if (operation == null) return null;
    const known = this.compiled.get(operation);
    if (known !== undefined) return known;
    const query = this.compile(document, operation);
    this.compiled.set(operation, query);
    return query;
  }

  private compile(
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): CompiledQuery | null {
    if (isSeveralMutations(operation) || isForReference(document)) return null;
    const query = compileQuery(this.schema, document, operation.name?.value, {
      disablingCapturingStackErrors: true,
    });
    return isCompiledQuery(query) ? query : null;
  }
}

/** graphql-js does not run a mutation after one that failed; compiled code would. */
function isSeveralMutations({ operation, selectionSet }: OperationDefinitionNode): boolean {
  const [first, ...others] = selectionSet.selections;
  const isOne = first?.kind === Kind.FIELD && others.length === 0;
  return operation === OperationTypeNode.MUTATION && !isOne;
}

/**
 * The errors as graphql-js gives them. Compiled code goes on with the fields beside one that
 * failed, also where the whole object becomes null: of such errors only the first is told. Its
 * errors also lack properties that Apollo and the error presenter rely on.
 */
function withGraphQLErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  const nulls = new Set<string>();
  const first = result.errors.filter(({ path = [] }) => {
    const place = JSON.stringify(path.slice(0, depthOfNull(result.data, path)));
    return nulls.size < nulls.add(place).size;
  });
  return { ...result, errors: first.map(graphqlError) };
}

/** How many steps of the path lead to the value that the error made null. */
function depthOfNull(data: unknown, path: readonly (string | number)[]): number {
  let value = data;
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return depth;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return path.length;
}

function graphqlError({ message, path, originalError, locations }: GraphQLError): GraphQLError {
  // A field that is selected twice is named twice.
  const named = message.replace(/\.\((\w+)(?:,\w+)+\)\.$/, '.$1.');
  const made = new GraphQLError(named, { path, originalError });
  return Object.assign(made, { locations });
}

/** Type and field of what is computed when it is read, and may fail: it fails alone. */
const computed = new Set([
  'totals of Cart',
  'totals of CartView',
  'shipTo of Cart',
  'shipTo of CartView',
  'shippingMethod of Cart',
  'shippingMethod of CartView',
  'units of RevenueBucket',
  'summary of CartEvent',
]);

/**
 * Compiled code awaits what resolvers give, not what properties hold. A payload looks up some of
 * its fields only when they are asked for. Changes the schema in place, once.
 */
export function resolvePayloadFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      if (computed.has(`${field.name} of ${type.name}`)) field.resolve ??= defaultFieldResolver;
    }
  }
  for (const { type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const payload = getNamedType(type);
    if (!isObjectType(payload)) continue;
    for (const field of Object.values(payload.getFields())) field.resolve ??= defaultFieldResolver;
  }
}

/**
 * Introspection is rare. Under @skip and @include, compiled code has been seen to show fields of a
 * fragment that was to be left out.
 */
function isForReference(document: DocumentNode): boolean {
  let isFound = false;
  const found = () => {
    isFound = true;
    return BREAK;
  };
  visit(document, {
    Field: ({ name: { value } }) =>
      value === '__schema' || value === '__type' ? found() : undefined,
    Directive: found,
  });
  return isFound;
}
