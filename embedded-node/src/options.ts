// How a node is started, and what is in the hands of whoever started it.
import type { Report } from './log/log-file.js';
import type { SecurityOptions } from './security/start.js';

export interface EmbeddedNodeOptions {
  /** Folder of the log; made if absent. Undefined: the log is in memory. */
  readonly dataDir?: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Where `/ping`, `/stats` and their like are answered; 0: a free one. Undefined: nowhere. */
  readonly httpPort?: number;
  /** No TLS and no users; default true. */
  readonly insecure?: boolean;
  /** What a node that is not insecure is given; without it certificates and users are made. */
  readonly security?: SecurityOptions;
  /**
   * Whether there are system projections, which keep `$ce-`, `$et-` and the like up to date;
   * default false. Each waits until it is enabled, by a client or by the next option.
   */
  readonly runProjections?: boolean;
  /** Enables them at each start; default false. */
  readonly startStandardProjections?: boolean;
  /**
   * How long an append of a batch may take until it is complete, in milliseconds; default 2,000.
   */
  readonly commitTimeoutMs?: number;
  /** Told, in one line each, of damage and of what takes long; by default standard error is. */
  readonly report?: Report;
}

export interface EmbeddedNode {
  readonly host: string;
  readonly port: number;
  /** As admin, with the password that was given for the first start, where there are users. */
  readonly connectionString: string;
  /** The CA that the node made, for its clients to trust; undefined where it made none. */
  readonly caFile: string | undefined;
  /** Undefined where there is no HTTP. */
  readonly httpPort: number | undefined;
  /** Resolves with the error when the node dies without being stopped. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
}
