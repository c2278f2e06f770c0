// The one door for a document, from HTTP or from a websocket: syntax, size and complexity, then
// validation. What was judged once is remembered, good or bad, in a bounded cache.
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
import { excessOf } from './complexity.js';
import { UnconditionalSubscriptionRule } from './unconditional-subscription.js';

export type Judged =
  | { readonly document: DocumentNode; readonly errors?: undefined }
  | { readonly errors: readonly GraphQLError[]; readonly document?: undefined };

const maxTokens = 1_000;
/** The parser recurses once a bracket; well below this no legitimate literal is refused. */
const maxListNesting = 100;
const maxErrors = 20;
const documentRules = [...specifiedRules, UnconditionalSubscriptionRule];

export class DocumentGate {
  /** Sized by the text, which both the document and its key are proportional to. */
  private readonly judged = new LRUCache<string, Judged>({
    maxSize: 4 * 1024 * 1024,
    sizeCalculation: (_judged, text) => text.length + 1,
  });
  private readonly byHash = new LRUCache<string, DocumentNode>({ max: 2_000 });

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly options: { readonly introspection: boolean },
  ) {}

  judge(text: string): Judged {
    const known = this.judged.get(text);
    if (known !== undefined) return known;
    const judged = this.judgeAnew(text);
    this.judged.set(text, judged);
    if (judged.document !== undefined) {
      this.byHash.set(createHash('sha256').update(text).digest('hex'), judged.document);
    }
    return judged;
  }

  /** A document that passed, by the SHA-256 of its text in hexadecimal. */
  passed(hash: string): DocumentNode | undefined {
    return this.byHash.get(hash);
  }

  private judgeAnew(text: string): Judged {
    try {
      measureTokens(text);
      const document = parse(text, { maxTokens });
      const excess = excessOf(document);
      if (excess !== undefined) return { errors: [new ApiError('QUERY_TOO_COMPLEX', excess)] };
      const errors = this.validate(document);
      return errors.length === 0 ? { document } : { errors };
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

function parseFailure(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code: 'GRAPHQL_PARSE_FAILED' },
  });
}
