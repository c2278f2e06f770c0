// Allows one replay at a time on a set of read models. A second one gets the holder's process and
// host. A replay that died holds nothing.
import { hostname } from 'node:os';
import { isSilent, type ReplayHolder, SILENT_MS } from '../read-models/replay-holder.js';
import type { RowStore } from '../read-models/row-store.js';
import { ReadModelsUnavailableError } from '../read-models/unavailable.js';
import { retrying } from '../waiting/retrying.js';
import { every, systemTime, type Time } from '../waiting/time.js';

/** Another replay runs on these read models. */
export class ReplayHeldError extends Error {
  override readonly name = 'ReplayHeldError';
  constructor({ pid, host, startedAt }: ReplayHolder) {
    const since = new Date(startedAt).toISOString();
    super(`A replay is already running: process ${pid} on ${host}, since ${since}`);
  }
}

/** Another replay considered this one dead and took over. This one must not write any more. */
export class ReplayLostError extends Error {
  override readonly name = 'ReplayLostError';
  constructor() {
    super('Another replay has taken over');
  }
}

const BEAT_MS = 2_000;
const RELEASE_PAUSE_MS = { least: 100, most: 1_000 };

export interface HoldingOptions {
  /** Called when a caller has asked the replay to stop, here or on another instance. */
  readonly onStopAsked?: (() => void) | undefined;
  readonly time?: Pick<Time, 'now' | 'after' | 'monotonicMs' | 'random'>;
}

/** @throws ReplayHeldError, and the errors of `work` */
export async function whileReplaying<Result>(
  rows: RowStore,
  work: (holder: ReplayHolder) => Promise<Result>,
  { onStopAsked, time = systemTime }: HoldingOptions = {},
): Promise<Result> {
  const now = time.now();
  const holder = { pid: process.pid, host: hostname(), startedAt: now, beatAt: now };
  const earlier = await rows.claimReplay(holder, (other) => isAlive(other, time.now()));
  if (earlier !== null) throw new ReplayHeldError(earlier);
  let beating: Promise<unknown> = Promise.resolve();
  const stopBeating = every(time.after, BEAT_MS, () => {
    // If a heartbeat cannot be written, the next one follows.
    beating = rows.beatReplay(holder, time.now()).then(
      (isStopAsked) => isStopAsked && onStopAsked?.(),
      () => undefined,
    );
  });
  try {
    return await work(holder);
  } finally {
    stopBeating();
    await beating;
    await release(rows, holder, time);
  }
}

/**
 * A failure is not one of the replay, whose own outcome counts: a holder that could not be removed
 * is dead after its silence.
 */
async function release(
  rows: RowStore,
  holder: ReplayHolder,
  time: NonNullable<HoldingOptions['time']>,
): Promise<void> {
  const releasing = retrying(() => rows.releaseReplay(holder), {
    retryIf: (error) => error instanceof ReadModelsUnavailableError,
    pauseMs: RELEASE_PAUSE_MS,
    withinMs: SILENT_MS,
    time,
  });
  await releasing.catch(() => undefined);
}

/** Asks the replay that runs on these read models to stop; false when none runs. */
export function stopHolder(rows: RowStore, time: Pick<Time, 'now'> = systemTime): Promise<boolean> {
  return rows.askReplayToStop((holder) => isAlive(holder, time.now()));
}

function isAlive({ pid, host, beatAt }: ReplayHolder, now: number): boolean {
  if (isSilent(beatAt, now)) return false;
  return host !== hostname() || (pid !== process.pid && isRunning(pid));
}

/** Whether this machine has a process with this id, of any user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
