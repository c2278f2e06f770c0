// The options of a node, and the handle of a running one.
import type { Report } from './report.js';
import type { SecurityOptions } from './security/start.js';

export interface EmbeddedNodeOptions {
  /** Folder of the log; created if absent. Undefined: the log is in memory. */
  readonly dataDir?: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Port of `/ping`, `/stats` and the other HTTP routes; 0: a free port. Undefined: no HTTP. */
  readonly httpPort?: number;
  /** No TLS and no users; default true. */
  readonly insecure?: boolean;
  /** Options of a secure node; by default certificates and users are generated. */
  readonly security?: SecurityOptions;
  /**
   * Whether to run the system projections, which maintain `$ce-`, `$et-` and others; default false.
   * Each is disabled until a client or the next option enables it.
   */
  readonly runProjections?: boolean;
  /** Enables them at each start; default false. */
  readonly startStandardProjections?: boolean;
  /** Number of projections that clients may create; default 100. */
  readonly maxProjections?: number;
  /** Memory of all of these projections together, in mebibytes; default 2,048. */
  readonly projectionMemoryMb?: number;
  /** Timeout of a batch append, in milliseconds; default 2,000. */
  readonly commitTimeoutMs?: number;
  /** Receives one line for each damage and each step of an upgrade, and which of the two it is;
   * default: standard error. */
  readonly report?: Report;
}

export interface EmbeddedNode {
  readonly host: string;
  readonly port: number;
  /** With the admin's name and first password, if the node has users. */
  readonly connectionString: string;
  /** The CA that the node generated, for its clients to trust; undefined without one. */
  readonly caFile: string | undefined;
  /** Undefined without HTTP. */
  readonly httpPort: number | undefined;
  /** Resolves with the error when the node dies without being stopped. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}
