// `cartograph verify`
import { trustedKey } from '../../audit/audit-keys.js';
import { type LogVerification, verifyLog } from '../../audit/verify-log.js';
import { openSnapshotsToCheck } from '../../folds/snapshots/snapshots.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { projectionsOf } from '../../projections/registry.js';
import { openRowSnapshot } from '../../read-models/open.js';
import type { Config } from '../../service/config.js';
import { EXIT } from '../exit.js';
import { demandLog } from '../log-folder.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

export interface VerifyOptions {
  readonly json: boolean;
  /** A file. */
  readonly publicKey?: string;
}

export async function runVerify(
  config: Config,
  { json, publicKey: keyFile }: VerifyOptions,
): Promise<number> {
  demandLog(config);
  const publicKey = await trustedKey(config.dataDir, keyFile);
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  const rows = await openRowSnapshot(config);
  const faults: unknown[] = [];
  const snapshots = openSnapshotsToCheck(config.dataDir, (fault) => faults.push(fault));
  try {
    const verification = await withExistingStore(config, (store) =>
      verifyLog(store, { rows, snapshots, projections, publicKey }),
    );
    const result = {
      ...verification,
      snapshots: { ...verification.snapshots, faults: faults.map(String) },
    };
    await print(json ? JSON.stringify(result) : inWords(result));
    return result.differences.length === 0 ? EXIT.done : EXIT.no;
  } finally {
    snapshots.close();
    await rows?.close();
  }
}

interface Verified extends LogVerification {
  readonly snapshots: LogVerification['snapshots'] & {
    /** Why the file of the snapshots was thrown away. Nothing but time is lost with it. */
    readonly faults: readonly string[];
  };
}

function inWords(verified: Verified): string {
  const { events, streams, unchained, unknown, readModels, mended, differences } = verified;
  return [
    `${events} events in ${streams} streams, each stream a hash chain`,
    ...(unchained > 0 ? [`${unchained} events are from before their stream had one`] : []),
    ...(unknown > 0 ? [`${unknown} events are of types that this build passes over`] : []),
    ...readModels.map(({ name, rows }) => `${name}: ${rows} rows`),
    ...(readModels.length === 0 ? ['No read models: nothing has served this log yet.'] : []),
    ...snapshotsInWords(verified),
    ...mended.map((words) => `MENDED  ${words}`),
    ...differences.map((difference) => `DIFFERS  ${difference}`),
    closingWords(mended, differences),
  ].join('\n');
}

function closingWords(mended: readonly string[], differences: readonly string[]): string {
  if (differences.length > 0) return 'It does not agree.';
  if (mended.length === 0) return 'All agrees with the log.';
  return `All agrees with the log, in which ${mended.length} breaks of hash chains were mended.`;
}

function snapshotsInWords({ snapshots: { checked, ofOtherLogs, faults } }: Verified): string[] {
  return [
    `snapshots: ${checked} compared with the fold of the log`,
    ...(ofOtherLogs > 0
      ? [`${ofOtherLogs} streams have snapshots of another log, which are never used`]
      : []),
    ...faults.map((fault) => `Snapshots were thrown away, and are taken again: ${fault}`),
  ];
}
