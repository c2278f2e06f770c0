// From the spawn of a built service on an empty data folder to its first successful mutation.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCarts, startOn } from '../cartograph-process.js';
import { median, milliseconds, type Workload } from '../workload.js';

const REPEATS = 7;

async function firstMutationMs(dataDir: string): Promise<{ ms: number; residentMiB: number }> {
  const begunAt = performance.now();
  const server = await startOn(dataDir);
  await openCarts(server.address, 1);
  const ms = performance.now() - begunAt;
  const residentMiB = server.residentMiB();
  await server.stop();
  return { ms, residentMiB };
}

export const startWorkload: Workload = {
  name: 'start',
  async run() {
    const fresh: number[] = [];
    const again: number[] = [];
    const memory: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const dataDir = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
      fresh.push((await firstMutationMs(dataDir)).ms);
      const second = await firstMutationMs(dataDir);
      again.push(second.ms);
      memory.push(second.residentMiB);
      rmSync(dataDir, { recursive: true, force: true });
    }
    return [
      {
        what: 'start to first mutation, empty folder (seeds the catalogue)',
        value: milliseconds(median(fresh)),
      },
      { what: 'start to first mutation, again', value: milliseconds(median(again)) },
      { what: 'memory at rest', value: `${Math.round(median(memory))} MiB` },
    ];
  },
};
