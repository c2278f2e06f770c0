// Automatic persisted queries by Apollo's protocol: a client sends the SHA-256 of a document, and
// the document itself only when the server does not have it. Apollo Server checks and keeps them;
// this is where, so that the document gate judges a document that was sent by its hash too.
// https://www.apollographql.com/docs/apollo-server/performance/apq
import { LRUCache } from 'lru-cache';

/** Characters of all documents and keys together. The one that was used least lately is dropped. */
const MOST_CHARACTERS = 2 * 1024 * 1024;
/** Apollo Server puts this before the hash. */
const PREFIX = 'apq:';

export class PersistedQueries {
  private readonly texts = new LRUCache<string, string>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (text, key) => text.length + key.length,
  });

  /** The document that the `extensions` of a request name by its hash. */
  textOf(extensions: unknown): string | undefined {
    const hash = hashIn(extensions);
    return hash === undefined ? undefined : this.texts.get(PREFIX + hash);
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.texts.get(key));
  }

  set(key: string, text: string): Promise<void> {
    this.texts.set(key, text);
    return Promise.resolve();
  }

  delete(key: string): Promise<boolean> {
    return Promise.resolve(this.texts.delete(key));
  }
}

type Members = Readonly<Record<string, unknown>>;

/** Undefined where no document is named, or not as the protocol says; Apollo answers these. */
export function hashIn(extensions: unknown): string | undefined {
  const named = memberOf(extensions, 'persistedQuery');
  const hash = memberOf(named, 'sha256Hash');
  const isNamed = typeof hash === 'string' && memberOf(named, 'version') === 1;
  // Clients of .NET write hexadecimal digits in capitals.
  return isNamed ? hash.toLowerCase() : undefined;
}

/** The body of a request with its hash as Apollo compares it. */
export function withComparableHash(body: unknown): unknown {
  const extensions = memberOf(body, 'extensions');
  const sha256Hash = hashIn(extensions);
  if (sha256Hash === undefined) return body;
  const named = memberOf(extensions, 'persistedQuery') as Members;
  const persistedQuery = { ...named, sha256Hash };
  return { ...(body as Members), extensions: { ...(extensions as Members), persistedQuery } };
}

const HASH_IN_SEARCH = /(?<=sha256Hash(?:"|%22)(?::|%3A)(?:"|%22))[\dA-F]{64}(?="|%22)/gi;

/** As `withComparableHash`, for the part of a URL that begins with a question mark. */
export function searchWithComparableHash(search: string): string {
  return search.replace(HASH_IN_SEARCH, (hash) => hash.toLowerCase());
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Members)[name];
}
