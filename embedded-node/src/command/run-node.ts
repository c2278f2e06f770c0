// `embedded-node`: runs only the node, for other programs.
import { CertificateError, type EmbeddedNodeOptions, startEmbeddedNode } from '../embedded-node.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './print.js';
import { NodeShutDownError } from '../errors.js';

export interface NodeOptions {
  readonly host: string;
  readonly port: string;
  readonly data?: string;
  readonly runProjections?: boolean;
  readonly startStandardProjections?: boolean;
  readonly maxProjections?: string;
  readonly projectionMemoryMb?: string;
  readonly commitTimeoutMs?: string;
  /** `off`, or a port. Default: `port` + 1, or any free port if `port` is 0. */
  readonly httpPort?: string;
  readonly tls?: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly defaultAdminPassword?: string;
  readonly defaultOpsPassword?: string;
}

/** Runs until SIGTERM or SIGINT. */
export async function runEmbeddedNode(options: NodeOptions): Promise<number> {
  const port = portOf('--port', options.port);
  const stopped = firstSignal();
  const node = await start(options, port);
  await print(`The embedded node is ready at ${node.host}:${node.port}`);
  if (node.httpPort !== undefined) {
    const scheme = options.tls ? 'https' : 'http';
    await print(`It answers for its health at ${scheme}://${node.host}:${node.httpPort}/stats`);
  }
  if (node.caFile !== undefined) await print(`Its clients trust the CA in ${node.caFile}`);
  const end = await Promise.race([stopped, node.failure]);
  if (end instanceof NodeShutDownError) return EXIT.done;
  if (end instanceof Error) throw end;
  await node.stop();
  return EXIT.done;
}

/** Further signals have no effect: npm forwards signals that also reach the process directly. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.on('SIGTERM', resolve);
    process.on('SIGINT', resolve);
  });
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new CommandFailure(EXIT.usage, `${flag} ${text} is not a port`);
  }
  return port;
}

function countOf(flag: string, text: string, unit: string): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw new CommandFailure(EXIT.usage, `${flag} ${text} is not a number of ${unit}`);
}

function httpPortOf({ httpPort }: NodeOptions, port: number): number | undefined {
  if (httpPort === 'off') return undefined;
  if (httpPort !== undefined) return portOf('--http-port', httpPort);
  return port === 0 || port === 65_535 ? 0 : port + 1;
}

async function start(options: NodeOptions, port: number) {
  const { host, data, runProjections = false, startStandardProjections = false } = options;
  const { commitTimeoutMs, maxProjections, projectionMemoryMb } = options;
  const httpPort = httpPortOf(options, port);
  try {
    return await startEmbeddedNode({
      host,
      port,
      runProjections,
      startStandardProjections,
      ...(commitTimeoutMs !== undefined && {
        commitTimeoutMs: countOf('--commit-timeout-ms', commitTimeoutMs, 'milliseconds'),
      }),
      ...(maxProjections !== undefined && {
        maxProjections: countOf('--max-projections', maxProjections, 'projections'),
      }),
      ...(projectionMemoryMb !== undefined && {
        projectionMemoryMb: countOf('--projection-memory-mb', projectionMemoryMb, 'mebibytes'),
      }),
      ...securityOf(options),
      ...(httpPort !== undefined && { httpPort }),
      ...(data !== undefined && { dataDir: data }),
    });
  } catch (error) {
    if (error instanceof RangeError || error instanceof CertificateError) {
      throw new CommandFailure(EXIT.usage, error.message);
    }
    throw error;
  }
}

/** Security options without --tls are refused, because they would have no effect. */
function securityOf(options: NodeOptions): Pick<EmbeddedNodeOptions, 'insecure' | 'security'> {
  const { tls = false, cert, key, defaultAdminPassword, defaultOpsPassword } = options;
  if (!tls) {
    if (cert !== undefined || key !== undefined) {
      throw new CommandFailure(EXIT.usage, '--cert and --key are for a node with --tls');
    }
    return {};
  }
  return {
    insecure: false,
    security: {
      ...(cert !== undefined && { certFile: cert }),
      ...(key !== undefined && { keyFile: key }),
      ...(defaultAdminPassword !== undefined && { adminPassword: defaultAdminPassword }),
      ...(defaultOpsPassword !== undefined && { opsPassword: defaultOpsPassword }),
    },
  };
}
