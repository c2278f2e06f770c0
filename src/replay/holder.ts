// One replay at a time on one set of read models: a second one is told who holds it. A replay that
// died holds nothing.
import { hostname } from 'node:os';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { RowStore } from '../read-models/row-store.js';

/** Another replay runs on these read models. */
export class ReplayHeldError extends Error {
  override readonly name = 'ReplayHeldError';
  constructor({ pid, host, startedAt }: ReplayHolder) {
    const since = new Date(startedAt).toISOString();
    super(`A replay runs already: process ${pid} on ${host}, since ${since}`);
  }
}

/** Another replay took this one for dead and took over. This one may not write any more. */
export class ReplayLostError extends Error {
  override readonly name = 'ReplayLostError';
  constructor() {
    super('Another replay has taken over');
  }
}

const BEAT_MS = 2_000;
/** A holder on another machine counts as dead after this time without a beat. */
const SILENT_MS = 10_000;

/** @throws ReplayHeldError, and whatever `work` throws */
export async function whileReplaying<Result>(
  rows: RowStore,
  work: (holder: ReplayHolder) => Promise<Result>,
): Promise<Result> {
  const now = Date.now();
  const holder = { pid: process.pid, host: hostname(), startedAt: now, beatAt: now };
  const other = await rows.claimReplay(holder, isAlive);
  if (other !== null) throw new ReplayHeldError(other);
  let beating: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // A beat that cannot be written is followed by the next.
    beating = rows.beatReplay(holder, Date.now()).catch(() => undefined);
  }, BEAT_MS);
  try {
    return await work(holder);
  } finally {
    clearInterval(timer);
    await beating;
    await rows.releaseReplay(holder);
  }
}

function isAlive({ pid, host, beatAt }: ReplayHolder): boolean {
  if (host !== hostname()) return Date.now() - beatAt < SILENT_MS;
  return pid !== process.pid && isRunning(pid);
}

/** Whether this machine has a process of this id, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
