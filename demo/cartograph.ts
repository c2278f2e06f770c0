// The program as an operator uses it: a server that starts and stops, commands, and the API.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../bin/cartograph.js', import.meta.url));

export class Cartograph {
  readonly dataDir: string;
  private pricing = '';
  private server: ChildProcess | undefined;
  private url = '';

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  /** Starts the server with a build's pricing; resolves when it is ready. */
  async serve(pricing: string): Promise<void> {
    this.pricing = fileURLToPath(new URL(`pricing/${pricing}.ts`, import.meta.url));
    const server = spawn(process.execPath, [program, 'serve'], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.server = server;
    for await (const line of createInterface({ input: server.stdout })) {
      const url = /ready at (\S+)/.exec(line)?.[1];
      if (url === undefined) continue;
      this.url = url;
      server.stdout.resume();
      return;
    }
    throw new Error('The server ended before it was ready');
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined || server.exitCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGTERM');
    await exited;
  }

  /**
   * The output of a command.
   *
   * @throws when it exits with a code other than 0
   */
  async command(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [program, ...args], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`cartograph ${args.join(' ')} exited with ${String(code)}`);
    return output.trim();
  }

  async json<Answer>(...args: string[]): Promise<Answer> {
    return JSON.parse(await this.command(...args, '--json')) as Answer;
  }

  /** @throws when the API returns errors */
  async ask<Data>(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<Data> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
    if (errors !== undefined || !data) throw new Error(`Refused: ${JSON.stringify(errors)}`);
    return data;
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: this.dataDir,
      LOG_LEVEL: 'error',
      PRICING_RULES: this.pricing,
    };
  }
}
