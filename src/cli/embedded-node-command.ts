// `cartograph embedded-node`: the node alone, for other programs.
import { startEmbeddedNode } from '../embedded-node/embedded-node.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './output.js';

export interface NodeOptions {
  readonly host: string;
  readonly port: string;
  readonly data?: string;
  readonly runProjections?: boolean;
  /** `off`, or a port; by default the one after `port`, or any where that is any. */
  readonly httpPort?: string;
}

/** Runs until SIGTERM or SIGINT; a second one ends the process at once. */
export async function runEmbeddedNode(options: NodeOptions): Promise<number> {
  const port = portOf('--port', options.port);
  const stopped = firstSignal();
  const node = await start(options, port);
  await print(`The embedded node is ready at ${node.host}:${node.port}`);
  if (node.httpPort !== undefined) {
    await print(`It answers for its health at http://${node.host}:${node.httpPort}/stats`);
  }
  const end = await Promise.race([stopped, node.failure]);
  if (end !== 'stopped') throw end;
  await node.stop();
  return EXIT.done;
}

function firstSignal(): Promise<'stopped'> {
  return new Promise((resolve) => {
    let isStopping = false;
    const take = () => {
      if (isStopping) process.exit(EXIT.no);
      isStopping = true;
      resolve('stopped');
    };
    process.on('SIGTERM', take);
    process.on('SIGINT', take);
  });
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new CommandFailure(EXIT.usage, `${flag} ${text} is not a port`);
  }
  return port;
}

function httpPortOf({ httpPort }: NodeOptions, port: number): number | undefined {
  if (httpPort === 'off') return undefined;
  if (httpPort !== undefined) return portOf('--http-port', httpPort);
  return port === 0 || port === 65_535 ? 0 : port + 1;
}

async function start(options: NodeOptions, port: number) {
  const { host, data, runProjections = false } = options;
  const httpPort = httpPortOf(options, port);
  try {
    return await startEmbeddedNode({
      host,
      port,
      runProjections,
      ...(httpPort !== undefined && { httpPort }),
      ...(data !== undefined && { dataDir: data }),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
}
