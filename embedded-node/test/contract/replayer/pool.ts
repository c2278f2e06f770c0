// Runs many cases: a few processes at once, each one case at a time; exclusive cases alone, last.
import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isSecure } from './connections.js';
import type { Outcome } from './run-case.js';
import type { Case, Topic } from './transcript.js';
import type { Order } from './worker.js';

export interface RunOptions {
  connection: string;
  /** Whether the node writes `$ce-` and the other system projections. */
  projections: boolean;
  /** Processes at once; 4 is what the transcripts were checked with. */
  processes?: number;
  /** Part of the names of the cases to run. */
  nameContains?: string;
  onOutcome?: (outcome: Outcome) => void;
}

const caseTimeoutMs = 30_000;
const workerPath = fileURLToPath(new URL('worker.ts', import.meta.url));
const hooks = new URL('run-typescript.js', import.meta.url).href;

/** It shows who consumes, which is `system` where there are no users, and admin where there are. */
const recordedWithoutUsers = 'status and connections follow who subscribes';

/** Whether the node of these options has what a case requires. */
export function canRun(given: Case, options: RunOptions): boolean {
  const secure = isSecure(options.connection);
  if (secure && given.name === recordedWithoutUsers) return false;
  const has = { secure, insecure: !secure, projections: options.projections };
  return (given.requires ?? []).every((requirement) => has[requirement]);
}

/** The cases to run, in the order of their files. */
export function ordersOf(topics: readonly Topic[], options: RunOptions): Order[] {
  const { connection, nameContains = '' } = options;
  return topics.flatMap(({ topic, cases }) =>
    cases
      .filter((given) => canRun(given, options) && given.name.includes(nameContains))
      .map((given) => ({ topic, given, connection })),
  );
}

class Runner {
  #process: ChildProcess | undefined;

  async run(order: Order): Promise<Outcome> {
    const child = (this.#process ??= fork(workerPath, [], {
      execArgv: ['--no-warnings', '--import', hooks],
    }));
    const answer = answerOf(child);
    child.send(order);
    const outcome = await answer;
    if (outcome) return outcome;
    this.stop();
    return unfinished(order);
  }

  stop(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }
}

/** What the process answers next; undefined if it ends, or stays silent for too long. */
function answerOf(child: ChildProcess): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const settle = (outcome?: Outcome): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      resolve(outcome);
    };
    const onMessage = (outcome: Serializable): void => settle(outcome as Outcome);
    const onExit = (): void => settle();
    const timer = setTimeout(onExit, caseTimeoutMs);
    child.on('message', onMessage).on('exit', onExit);
  });
}

function unfinished({ topic, given }: Order): Outcome {
  const mismatch = { path: '', expected: 'an end', observed: 'the case did not finish' };
  const failed = { failedStep: 0, step: '', mismatches: [mismatch] };
  return { topic, name: given.name, durationMs: caseTimeoutMs, ...failed };
}

async function runQueue(
  orders: Order[],
  processes: number,
  options: RunOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    const runner = new Runner();
    for (let order = orders.shift(); order; order = orders.shift()) {
      const outcome = await runner.run(order);
      outcomes.push(outcome);
      options.onOutcome?.(outcome);
    }
    runner.stop();
  };
  await Promise.all(Array.from({ length: Math.min(processes, orders.length) }, work));
  return outcomes;
}

/** Runs all cases that the node can be asked, and tells how each went. */
export async function runTopics(topics: readonly Topic[], options: RunOptions): Promise<Outcome[]> {
  const orders = ordersOf(topics, options);
  const together = orders.filter(({ given }) => !given.exclusive);
  const alone = orders.filter(({ given }) => given.exclusive);
  const first = await runQueue(together, options.processes ?? 4, options);
  return [...first, ...(await runQueue(alone, 1, options))];
}
