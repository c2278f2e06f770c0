// A free port for a server that stops and starts again on it. Outside of the range from which the
// system gives ports away (Linux: 32768 and more, others: 49152 and more), so that no program that
// asks for any port gets it meanwhile.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const [LOWEST, ABOVE] = [20_000, 32_000];

export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, ABOVE);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
