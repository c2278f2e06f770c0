// Executes operations with code that is compiled once for each document and operation. Apollo's
// pipeline is around it. graphql-js stays the reference: what it would say about faulty variables,
// it is asked to say.
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

/** An operation that passed the document gate. */
export interface OperationExecution {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Variables | undefined;
  readonly contextValue: unknown;
}

type ExecutionAnswer = ExecutionResult | Promise<ExecutionResult>;

export class CompiledExecution {
  /** The document gate bounds how many documents there are; its cache keeps them alive. */
  private readonly compiled = new WeakMap<DocumentNode, Map<string, CompiledQuery | null>>();

  constructor(private readonly schema: GraphQLSchema) {}

  execute(execution: OperationExecution): ExecutionAnswer {
    const { operationName, document, contextValue, variables } = execution;
    const query = this.queryOf(document, operationName);
    if (query === null) return this.reference(execution);
    const answer = query.query(undefined, contextValue, variables);
    // Nothing was executed: the variables were refused, and in which words is graphql-js's to say.
    if (answer instanceof Promise) return answer.then(withGraphQLErrors);
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

  /** Null where graphql-js executes it. */
  private queryOf(document: DocumentNode, operationName: string | undefined): CompiledQuery | null {
    const name = operationName ?? '';
    let ofDocument = this.compiled.get(document);
    const known = ofDocument?.get(name);
    if (known !== undefined) return known;
    const query = this.compile(document, operationName);
    // A name that no operation has is the client's to make up: it is not kept.
    if (getOperationAST(document, operationName) == null) return query;
    ofDocument ??= new Map();
    this.compiled.set(document, ofDocument.set(name, query));
    return query;
  }

  private compile(document: DocumentNode, operationName: string | undefined): CompiledQuery | null {
    const operation = getOperationAST(document, operationName);
    if (operation == null || isSeveralMutations(operation) || isForReference(document)) return null;
    const query = compileQuery(this.schema, document, operationName, {
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

/**
 * Compiled code awaits what resolvers give, not what properties hold. A payload looks up some of
 * its fields only when they are asked for. Changes the schema in place, once.
 */
export function resolvePayloadFields(schema: GraphQLSchema): void {
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
