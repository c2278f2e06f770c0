// The measured service, on its own data folder, which is removed afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLClient } from './http-load.js';
import { repository, startServer, type ServerProcess } from './server-process.js';

export const cartographScript = join(repository, 'dist/program/cartograph.js');

export interface CartographProcess extends ServerProcess {
  readonly dataDir: string;
}

/** On a data folder of the caller's. */
export function startOn(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startServer(cartographScript, ['serve'], {
    PORT: '0',
    DATA_DIR: dataDir,
    // As `npm start` and the image run it.
    NODE_OPTIONS: '--max-semi-space-size=16',
    // One address asks for all; the usual limit would refuse a part of it.
    RATE_LIMIT_PER_SECOND: '1000000',
    ...environment,
  });
}

export async function startCartograph(
  environment: Readonly<Record<string, string>> = {},
): Promise<CartographProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
  const server = await startOn(dataDir, environment);
  return {
    ...server,
    dataDir,
    stop: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface OpenCart {
  readonly id: string;
  readonly token: string;
}

export async function openCarts(address: string, count: number): Promise<OpenCart[]> {
  const client = new GraphQLClient(address, 8);
  const open = async (): Promise<OpenCart> => {
    const { openCart } = await client.query<{
      openCart: { cartToken: string; cart: { id: string } };
    }>('mutation { openCart(input: {}) { cartToken cart { id } } }', {});
    return { id: openCart.cart.id, token: openCart.cartToken };
  };
  const carts: OpenCart[] = [];
  while (carts.length < count) {
    carts.push(...(await Promise.all(Array.from({ length: 8 }, open))));
  }
  client.close();
  return carts.slice(0, count);
}
