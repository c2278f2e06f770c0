// A measured server runs as a separate process, so that its cost is not hidden in the load
// generator's event loop.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface CpuTime {
  readonly all: number;
  readonly main: number;
}

export interface ServerProcess {
  /** The address in the ready line: a URL, or a host and port. */
  readonly address: string;
  /** From the spawn to the ready line, in milliseconds. */
  readonly startedMs: number;
  /** Current resident memory in MiB, from Linux; NaN elsewhere. */
  residentMiB(): number;
  /** CPU time since the start, in microseconds, from Linux; NaN elsewhere. */
  cpuUs(): CpuTime;
  stop(): Promise<void>;
}

/** Starts a Node script and waits for its line `… ready at ADDRESS`; fails if it exits before. */
export async function startServer(
  script: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const begunAt = performance.now();
  const child = spawn(process.execPath, [script, ...args], {
    cwd: repository,
    env: { ...process.env, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await Promise.race([readyAddress(child), exitOf(child)]);
  return {
    address,
    startedMs: performance.now() - begunAt,
    residentMiB: () => residentMiB(child),
    cpuUs: () => cpuUs(child),
    stop: () => stopped(child),
  };
}

async function readyAddress(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server was started without a stdout to read');
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /ready at (\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stdout.resume();
      return address;
    }
  }
  throw new Error('The server ended its output before it was ready');
}

async function exitOf(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`The server ended before it was ready, with exit code ${String(code)}`);
}

function residentMiB(child: ChildProcess): number {
  if (process.platform !== 'linux') return Number.NaN;
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** https://docs.kernel.org/scheduler/sched-stats.html: the first number is the time on a CPU, in ns. */
function cpuUs({ pid }: ChildProcess): CpuTime {
  if (process.platform !== 'linux') return { all: Number.NaN, main: Number.NaN };
  const tasks = `/proc/${String(pid)}/task`;
  const usOf = (task: string) =>
    Number.parseInt(readFileSync(`${tasks}/${task}/schedstat`, 'utf8')) / 1_000;
  const all = readdirSync(tasks).reduce((sum, task) => sum + usOf(task), 0);
  return { all, main: usOf(String(pid)) };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
