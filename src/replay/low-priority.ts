// Low priorities, for work that customers must not wait for.
import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** As `nice -n 10`: about a tenth of a normal process's share when both want a core. */
const LOW_PRIORITY = 10;
const THREADS = '/proc/self/task';
/** On Linux each thread has its own priority; threads that start later inherit it. */
const isOfThread = process.platform === 'linux';

/**
 * Lowers this process's priority for good: raising it again needs a privilege that the process
 * should not have.
 */
export function lowerPriority(): void {
  if (!isOfThread) setPriority(LOW_PRIORITY);
  else for (const thread of readdirSync(THREADS)) setPriority(Number(thread), LOW_PRIORITY);
}

/** The same for the calling thread alone. It does nothing where that would be the whole process. */
export function lowerThreadPriority(): void {
  if (isOfThread) setPriority(LOW_PRIORITY);
}
