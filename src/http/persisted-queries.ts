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
  return isNamed ? comparable(hash) : undefined;
}

/** Clients of .NET write hexadecimal digits in capitals, and GraphQL Code Generator `sha256:`. */
const comparable = (hash: string) => hash.toLowerCase().replace(/^sha256:/, '');

/** The `extensions` of a request with its hash as Apollo compares it. */
export function withComparableHash(extensions: unknown): unknown {
  const sha256Hash = hashIn(extensions);
  if (sha256Hash === undefined) return extensions;
  const named = memberOf(extensions, 'persistedQuery') as Members;
  return { ...(extensions as Members), persistedQuery: { ...named, sha256Hash } };
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Members)[name];
}
