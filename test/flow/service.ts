// The built service as a process of its own: started on a temporary folder and a free port, stopped
// or killed, and started again on what it left behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithFile } from '../support/unfinished.js';
import { copyFirstStart } from './first-start.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const cartographScript = join(root, 'dist/program/cartograph.js');
/** The same before it is bundled: a module each, which a test can replace or list. */
const moduleScript = join(root, 'dist/cli/cartograph.js');

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class ServiceProcess {
  private process: ChildProcess | undefined;
  private address = '';
  private written = '';
  private hear: () => void = () => undefined;

  private constructor(
    readonly dataDir: string,
    private given: Readonly<Record<string, string>>,
  ) {}

  /** Resolves when the service can answer. On the embedded default it has the sample shop. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const dataDir = await ServiceProcess.newDataDir(settings);
    const service = new ServiceProcess(dataDir, settings);
    endWithFile(() => service.remove());
    await service.launch();
    return service;
  }

  /** Where the settings allow it, with what a first start leaves. */
  static async newDataDir(settings: Readonly<Record<string, string>> = {}): Promise<string> {
    const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-flow-'));
    await copyFirstStart(dataDir, settings, (folder) => ServiceProcess.startOnce(folder));
    return dataDir;
  }

  /** Stops it when its reactions have handled what a first start stores. */
  private static async startOnce(dataDir: string): Promise<void> {
    const service = new ServiceProcess(dataDir, {});
    endWithFile(() => service.remove());
    await service.launch();
    while (!(await service.hasCaughtUp()));
    const { code } = await service.stop();
    if (code !== 0) throw new Error(`The first start ended with ${code}:\n${service.log}`);
  }

  /** As http://127.0.0.1:PORT, anew after each start. */
  get url(): string {
    return this.address;
  }

  get graphqlUrl(): string {
    return `${this.address}/graphql`;
  }

  get websocketUrl(): string {
    return this.graphqlUrl.replace('http', 'ws');
  }

  /** What it was told besides what every service of a test is. */
  get settings(): Readonly<Record<string, string>> {
    return this.given;
  }

  /** Of the running process, anew after each start. */
  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** False once it was stopped or killed, or has ended by itself. */
  get isRunning(): boolean {
    const { process } = this;
    return process?.exitCode === null && process.signalCode === null;
  }

  /** What it wrote to its log since the first start. */
  get log(): string {
    return this.written;
  }

  /** Resolves when it has written this to its log, since the first start. */
  async logs(text: string): Promise<void> {
    while (!this.written.includes(text)) {
      await new Promise<void>((resolve) => (this.hear = resolve));
    }
  }

  /** Stops it in order and answers how it ended. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    return this.end(signal);
  }

  /** Ends it at once, as a crash or a power cut would. */
  kill(): Promise<Exit> {
    return this.end('SIGKILL');
  }

  /** Starts it again on the same data, after `stop` or `kill`, with other settings where given. */
  async restart(settings = this.settings): Promise<void> {
    this.given = settings;
    await this.launch();
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Runs another command of the program on the same data; rejects unless it exits with 0. */
  async run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.runToEnd(...args);
    if (code !== 0) throw new Error(`cartograph ${args.join(' ')} exited with ${code}: ${stderr}`);
    return stdout;
  }

  /** Where its log can be reached while it runs. */
  async connectionString(): Promise<string> {
    const text = await readFile(join(this.dataDir, 'endpoint.json'), 'utf8');
    return (JSON.parse(text) as { readonly connectionString: string }).connectionString;
  }

  /** As `run`, however it exits. */
  async runToEnd(
    ...args: string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const child = spawn(process.execPath, [this.script, ...args], {
      env: this.variables(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout: output, stderr: errors };
  }

  private async hasCaughtUp(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`);
    const { reactions } = (await answer.json()) as {
      readonly reactions: Readonly<Record<string, { readonly state: string }>>;
    };
    return Object.values(reactions).every(({ state }) => state === 'LIVE');
  }

  private async launch(): Promise<void> {
    const child = spawn(process.execPath, [this.script, 'serve'], {
      env: this.variables(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stderr.on('data', (chunk) => {
      this.written += String(chunk);
      this.hear();
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^Cartograph is ready at (http:\/\/\S+)$/.exec(line)?.[1];
      if (url !== undefined) {
        this.address = url;
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`The service ended before it was ready:\n${this.written}`);
  }

  private get script(): string {
    const changesModules = this.given['NODE_OPTIONS']?.includes('--import=') === true;
    return changesModules ? moduleScript : cartographScript;
  }

  private variables(): NodeJS.ProcessEnv {
    const { PATH = '' } = process.env;
    return {
      PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: this.dataDir,
      LOG_FORMAT: 'json',
      DOTENV_PATH: join(this.dataDir, 'no.env'),
      ...this.given,
    };
  }

  private async end(signal: NodeJS.Signals): Promise<Exit> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null };
    }
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    child.kill(signal);
    const [code, endedBy] = await exited;
    return { code, signal: endedBy };
  }
}
