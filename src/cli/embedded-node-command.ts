// `cartograph embedded-node`: the node alone, for other programs.
import { startEmbeddedNode } from '../embedded-node/embedded-node.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './output.js';

export interface NodeOptions {
  readonly host: string;
  readonly port: string;
  readonly data?: string;
  readonly runProjections?: boolean;
}

/** Runs until SIGTERM or SIGINT. */
export async function runEmbeddedNode(options: NodeOptions): Promise<number> {
  const port = Number(options.port);
  if (!/^\d{1,5}$/.test(options.port) || port > 65_535) {
    throw new CommandFailure(EXIT.usage, `--port ${options.port} is not a port`);
  }
  const stopped = new Promise<'stopped'>((resolve) => {
    process.once('SIGTERM', () => resolve('stopped'));
    process.once('SIGINT', () => resolve('stopped'));
  });
  const node = await start(options, port);
  await print(`The embedded node is ready at ${node.host}:${node.port}`);
  const end = await Promise.race([stopped, node.failure]);
  if (end !== 'stopped') throw end;
  await node.stop();
  return EXIT.done;
}

async function start({ host, data, runProjections = false }: NodeOptions, port: number) {
  try {
    return await startEmbeddedNode({
      host,
      port,
      runProjections,
      ...(data !== undefined && { dataDir: data }),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
}
