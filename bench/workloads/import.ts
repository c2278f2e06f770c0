// The month of invoices, imported into a running service and, separately, without one.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cartographScript, startCartograph } from '../cartograph-process.js';
import { repository } from '../server-process.js';
import type { Figure, Workload } from '../workload.js';

const run = promisify(execFile);
const month = join(repository, 'data/online-retail/2010-12.csv.gz');

async function importInto(dataDir: string, what: string): Promise<Figure> {
  const begunAt = performance.now();
  const { stdout } = await run(
    process.execPath,
    [cartographScript, 'import', 'online-retail', month, '--json'],
    { env: { ...process.env, DATA_DIR: dataDir } },
  );
  const wallSeconds = (performance.now() - begunAt) / 1000;
  const summary = JSON.parse(stdout) as { imported: number; revenue: { minorUnits: number } };
  return {
    what,
    value: `${wallSeconds.toFixed(1)} s (${summary.imported.toLocaleString('en-GB')} lines, ${summary.revenue.minorUnits.toLocaleString('en-GB')} pence)`,
  };
}

export const importWorkload: Workload = {
  name: 'import',
  async run() {
    const dataDir = mkdtempSync(join(tmpdir(), 'cartograph-bench-'));
    const alone = await importInto(dataDir, 'import of the month, no server running');
    rmSync(dataDir, { recursive: true, force: true });
    const service = await startCartograph();
    const beside = await importInto(service.dataDir, 'import of the month, into a serving one');
    await service.stop();
    return [alone, beside];
  },
};
