// The address of the store: the connection string, parsed once by the client's own parser.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import parsing, {
  type ConnectionOptions,
} from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { ConnectionStringError } from './errors.js';

export interface NodeAddress {
  readonly address: string;
  readonly port: number;
}

export interface StoreAddress {
  /** The nodes in the connection string; the cluster may have more. */
  readonly nodes: readonly NodeAddress[];
  /** Whether to look for a leader: the string names several nodes or asks for discovery. */
  readonly isCluster: boolean;
  readonly options: ConnectionOptions;
  readonly tls: TlsFiles | undefined;
}

export interface TlsFiles {
  /** Undefined: the certificate authorities that Node trusts. */
  readonly authority: Buffer | undefined;
  readonly userCertificate: Buffer | undefined;
  readonly userKey: Buffer | undefined;
}

/** The store's newer scheme names, which this client does not know. */
const NEWER_SCHEME = /^\s*(?:kurrentdb|kdb)(?=(?:\+discover)?:)/;

/** @throws ConnectionStringError */
export function storeAddress(connectionString: string): StoreAddress {
  try {
    const text = connectionString.replace(NEWER_SCHEME, 'esdb');
    const options = parsing.parseConnectionString(text);
    const nodes = options.hosts;
    if (nodes.length === 0) throw new Error('it names no host');
    const isCluster = options.dnsDiscover || nodes.length > 1;
    const tls = options.tls === false ? undefined : tlsFiles(options);
    return { nodes, isCluster, options, tls };
  } catch (error) {
    throw new ConnectionStringError(problemOf(error));
  }
}

export function nameOf({ address, port }: NodeAddress): string {
  return `${address}:${port}`;
}

export function isSame(one: NodeAddress, other: NodeAddress): boolean {
  return nameOf(one) === nameOf(other);
}

function tlsFiles({ tlsCAFile, userCertFile, userKeyFile }: ConnectionOptions): TlsFiles {
  if ((userCertFile === undefined) !== (userKeyFile === undefined)) {
    throw new Error('userCertFile and userKeyFile are given together or not at all');
  }
  return {
    authority: contentOf('tlsCAFile', tlsCAFile),
    userCertificate: contentOf('userCertFile', userCertFile),
    userKey: contentOf('userKeyFile', userKeyFile),
  };
}

function contentOf(option: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(resolve(path));
  } catch (error) {
    const reason = isAbsent(error) ? 'does not exist' : 'cannot be read';
    throw new Error(`${option} names a file that ${reason}: ${path}`, { cause: error });
  }
}

const isAbsent = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The parser's message quotes the connection string, with the password, so it is not passed on. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'cannot be read';
  if (!('location' in error) || !('expected' in error)) return `cannot be used: ${error.message}`;
  const [position] = error.location as readonly number[];
  return `cannot be read at character ${position}: expected ${String(error.expected)}`;
}
