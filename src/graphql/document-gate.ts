// Checks every document, from HTTP or a websocket: syntax, size and complexity, then validation.
// Results, good or bad, are cached with a bound.
import {
  GraphQLError,
  Lexer,
  NoSchemaIntrospectionCustomRule,
  parse,
  Source,
  specifiedRules,
  TokenKind,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { ApiError } from './api-error.js';
import { complexityOf, hasVariableSizes, type Excess, type Variables } from './complexity.js';
import { textsOf, variableFault, type VariableTexts } from './input-text.js';
import { UnconditionalSubscriptionRule } from './unconditional-subscription.js';

interface PassedDocument {
  readonly document: DocumentNode;
  readonly cost: number;
  readonly errors?: undefined;
}

interface RejectedDocument {
  readonly errors: readonly GraphQLError[];
  readonly document?: undefined;
}

export type Judged = PassedDocument | RejectedDocument;

/** An accepted document; its cost is still open when a page size is a variable. */
interface ReadDocument extends PassedDocument {
  readonly hasVariableSizes: boolean;
  readonly texts: VariableTexts;
}

const maxTokens = 1_000;
/** The parser recurses for each bracket; legitimate literals stay well below this. */
const maxListNesting = 100;
const maxErrors = 20;
const documentRules = [...specifiedRules, UnconditionalSubscriptionRule];

export class DocumentGate {
  /** Weighted by the text's length, which both the document and its key are proportional to. */
  private readonly judged = new LRUCache<string, ReadDocument | RejectedDocument>({
    maxSize: 4 * 1024 * 1024,
    sizeCalculation: (_judged, text) => text.length + 1,
  });
  private readonly byHash = new LRUCache<string, DocumentNode>({ max: 2_000 });

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly options: { readonly introspection: boolean },
  ) {}

  /** Checks the texts in `variables` and the page sizes; GraphQL coerces the values later. */
  judge(text: string, variables: Variables = {}): Judged {
    const read = this.read(text);
    const fault = variableFault(variables, read.document && read.texts);
    if (fault !== undefined) return { errors: [fault] };
    if (read.document === undefined || !read.hasVariableSizes) return read;
    const { cost, excess } = complexityOf(read.document, variables);
    return excess === undefined ? { document: read.document, cost } : tooComplex(excess);
  }

  private read(text: string): ReadDocument | RejectedDocument {
    const known = this.judged.get(text);
    if (known !== undefined) return known;
    const read = this.readAnew(text);
    this.judged.set(text, read);
    if (read.document !== undefined) {
      this.byHash.set(createHash('sha256').update(text).digest('hex'), read.document);
    }
    return read;
  }

  /** An accepted document, by the SHA-256 of its text in hexadecimal. */
  passed(hash: string): DocumentNode | undefined {
    return this.byHash.get(hash);
  }

  private readAnew(text: string): ReadDocument | RejectedDocument {
    try {
      measureTokens(text);
      const document = parse(text, { maxTokens });
      const isSizedLater = hasVariableSizes(document);
      const { cost, excess } = complexityOf(document);
      if (excess !== undefined && !(isSizedLater && excess.limit === 'cost')) {
        return tooComplex(excess);
      }
      const { fault, ...texts } = textsOf(document, this.schema);
      if (fault !== undefined) return { errors: [fault] };
      const errors = this.validate(document);
      if (errors.length > 0) return { errors };
      return { document, cost, hasVariableSizes: isSizedLater, texts };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { errors: [error instanceof ApiError ? error : parseFailure(error)] };
    }
  }

  private validate(document: DocumentNode): readonly GraphQLError[] {
    const rules = this.options.introspection
      ? documentRules
      : [...documentRules, NoSchemaIntrospectionCustomRule];
    return validate(this.schema, document, rules, { maxErrors }).map(
      ({ message, nodes }) =>
        new GraphQLError(message, {
          nodes: nodes ?? null,
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        }),
    );
  }
}

/** Reads the tokens without recursion, so that no nesting can exhaust the stack. */
function measureTokens(text: string): void {
  const lexer = new Lexer(new Source(text));
  let tokens = 0;
  let lists = 0;
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    tokens += 1;
    if (token.kind === TokenKind.BRACKET_L) lists += 1;
    if (token.kind === TokenKind.BRACKET_R) lists -= 1;
    if (lists > maxListNesting) {
      throw new ApiError('GRAPHQL_PARSE_FAILED', 'Syntax Error: lists are nested too deep.');
    }
    if (tokens > maxTokens) {
      throw new ApiError('QUERY_TOO_COMPLEX', `The document has more than ${maxTokens} tokens.`);
    }
  }
}

function tooComplex(excess: Excess): RejectedDocument {
  const { limit, maximum, counted } = excess;
  const message = `The operation exceeds the limit of ${maximum} (${limit}): it has ${counted}.`;
  return { errors: [new ApiError('QUERY_TOO_COMPLEX', message, { ...excess })] };
}

function parseFailure(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code: 'GRAPHQL_PARSE_FAILED' },
  });
}
