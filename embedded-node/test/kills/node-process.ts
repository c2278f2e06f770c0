// The `embedded-node` command as a process of its own on a folder of its own: killed without
// warning, and started again on what it left behind, at the same port.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endWithFile } from '../../../test/support/unfinished.js';

const command = fileURLToPath(new URL('../../bin/embedded-node.js', import.meta.url));

const READY = /ready at (?<host>[^ ]+):(?<port>\d+)/;

export interface NodeProcessOptions {
  readonly dataDir: string;
  readonly runProjections?: boolean;
  /** With users, too. */
  readonly tls?: boolean;
  /** What the node is run under, such as a tracer and its arguments. */
  readonly under?: readonly string[];
}

export class NodeProcess {
  private child: ChildProcess | undefined;
  private port = 0;
  private errors = '';

  constructor(private readonly options: NodeProcessOptions) {
    endWithFile(() => this.kill());
  }

  get connectionString(): string {
    const { tls = false, dataDir } = this.options;
    if (!tls) return `esdb://127.0.0.1:${this.port}?tls=false`;
    const caFile = join(dataDir, 'certs', 'ca.crt');
    return `esdb://admin:changeit@127.0.0.1:${this.port}?tls=true&tlsCAFile=${caFile}`;
  }

  /** @throws Error with its last words, when it is not running */
  get pid(): number {
    const { pid, exitCode, signalCode } = this.child ?? {};
    if (pid === undefined || exitCode !== null || signalCode !== null) {
      throw new Error(`The node ended with ${exitCode ?? signalCode}: ${this.errors}`);
    }
    return pid;
  }

  /** Resolves when the node can answer. */
  async start(): Promise<void> {
    const { dataDir, runProjections = false, tls = false, under = [] } = this.options;
    const [program = '', ...args] = [
      ...under,
      process.execPath,
      command,
      '--port',
      String(this.port),
      '--data',
      dataDir,
      // A port of its own beside that of the last life may be somebody else's by now.
      '--http-port',
      'off',
      ...(runProjections ? ['--run-projections', '--start-standard-projections'] : []),
      ...(tls ? ['--tls'] : []),
    ];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    child.stderr.on('data', (chunk) => (this.errors += String(chunk)));
    for await (const line of createInterface(child.stdout)) {
      const ready = READY.exec(line);
      if (!ready) continue;
      this.port = Number(ready.groups!['port']);
      return;
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw new Error(`The node ended with ${child.exitCode ?? child.signalCode}: ${this.errors}`);
  }

  /** Ends it as a crash would, and answers when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** The memory that it holds, in MiB. Linux alone tells. */
  async residentMib(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024;
  }
}
