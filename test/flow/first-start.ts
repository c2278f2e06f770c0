// What a first start leaves in its data folder: a log with the sample shop, and what was computed
// from it. Storing the shop takes longer than most tests, so it is done once for each build; the
// services of the tests start on copies.
import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const PREFIX = 'first-start-';

/** With these, the log is another one, or does not get the sample shop in the same way. */
const ofAnotherLog = ['DATA_DIR', 'EVENTSTORE_URL', 'NODE_ENV'];
/** With these, the same log gives other rows, or rows in another place. */
const ofOtherRows = ['DATABASE_URL', 'PRICING_RULES', 'PROJECTION_ON_ERROR', 'SHOP_TIME_ZONE'];

const LOG = 'log';
/** Keys, mails and payments are not copied: each service makes its own. */
const computed = /^(log-id|(read-models|snapshots|reactions)\.sqlite|.+\.position)$/;

/** Starts a service on a new data folder, and stops it in order. */
export type FirstStart = (dataDir: string) => Promise<void>;

/** Puts into a new data folder what a first start with these settings would. */
export async function copyFirstStart(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
  start: FirstStart,
): Promise<void> {
  if (ofAnotherLog.some((name) => name in settings)) return;
  const hasOtherRows = ofOtherRows.some((name) => name in settings);
  const source = await madeOnce(start);
  for (const name of await readdir(source)) {
    if (name !== LOG && (hasOtherRows || !computed.test(name))) continue;
    await cp(join(source, name), join(dataDir, name), { recursive: true });
  }
}

/** The folder of the first start of this build. Of two processes that make it, one keeps its own. */
async function madeOnce(start: FirstStart): Promise<string> {
  const built = await Promise.all(
    ['.service-built', '.embedded-node-built'].map((stamp) => readFile(join(dist, stamp), 'utf8')),
  );
  const made = `${PREFIX}${built.map((hash) => hash.slice(0, 12)).join('-')}`;
  const names = await readdir(dist);
  if (names.includes(made)) return join(dist, made);
  const making = await mkdtemp(join(dist, 'new-first-start-'));
  await start(making);
  for (const older of names.filter((name) => name.startsWith(PREFIX))) {
    await rm(join(dist, older), { recursive: true, force: true });
  }
  try {
    await rename(making, join(dist, made));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    await rm(making, { recursive: true });
  }
  return join(dist, made);
}
