// `cartograph verify`: compares everything that was computed from the log with it.
import { trustedKey } from '../../audit/audit-keys.js';
import { type LogVerification, verifyLog } from '../../audit/verify-log.js';
import { openSnapshotsToCheck } from '../../folds/snapshots/snapshots.js';
import { reasonOf } from '../../errors/reason-of.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { projectionsOf } from '../../projections/registry.js';
import { fileFindings } from '../../read-models/damaged-file.js';
import { openRowSnapshot } from '../../read-models/open.js';
import type { Config } from '../../service/config.js';
import { EXIT } from '../exit.js';
import { demandLog } from '../log-folder.js';
import { print } from '../output.js';
import { patienceOf } from '../patience.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore } from '../with-store.js';

export interface VerifyOptions extends WaitOption {
  readonly json: boolean;
  /** Path of a PEM file. */
  readonly publicKey?: string;
}

export async function runVerify(config: Config, options: VerifyOptions): Promise<number> {
  const { json, publicKey: keyFile } = options;
  const patience = patienceOf(options, 'verification');
  demandLog(config);
  const publicKey = await trustedKey(config.dataDir, keyFile);
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  const rows = await openRowSnapshot(config);
  const faults: unknown[] = [];
  const unread: unknown[] = [];
  const snapshots = openSnapshotsToCheck(config.dataDir, {
    onFault: (fault) => faults.push(fault),
    onUnread: (fault) => unread.push(fault),
  });
  try {
    const verification = await withExistingStore(
      config,
      (store) => verifyLog(store, { rows, snapshots, projections, publicKey }),
      patience,
    );
    const differences = [...verification.differences, ...(await fileFindings(config))];
    const result = {
      ...verification,
      differences,
      snapshots: {
        ...verification.snapshots,
        faults: faults.map(String),
        unread: unread.map(reasonOf),
      },
    };
    await print(json ? JSON.stringify(result) : inWords(result));
    if (differences.length > 0) return EXIT.no;
    return unread.length > 0 ? EXIT.unavailable : EXIT.done;
  } finally {
    snapshots.close();
    await rows?.close();
  }
}

interface Verified extends LogVerification {
  readonly snapshots: LogVerification['snapshots'] & {
    /** Why the snapshot file was discarded. Its loss costs only time. */
    readonly faults: readonly string[];
    /** Why the snapshot file, or the rest of it, was not compared. */
    readonly unread: readonly string[];
  };
}

function inWords(verified: Verified): string {
  const { events, streams, unchained, unknown, readModels, mended, differences } = verified;
  const { moreDifferences } = verified;
  return [
    `${events} events in ${streams} streams, each stream a hash chain`,
    ...(unchained > 0 ? [`${unchained} events are from before their stream had one`] : []),
    ...(unknown > 0 ? [`${unknown} events have types that this build does not know`] : []),
    ...readModels.map(({ name, rows }) => `${name}: ${rows} rows`),
    ...(readModels.length === 0 ? ['No read models: no server has run on this log yet.'] : []),
    ...snapshotsInWords(verified),
    ...mended.map((words) => `MENDED  ${words}`),
    ...differences.map((difference) => `DIFFERS  ${difference}`),
    ...(moreDifferences > 0 ? [`… and ${moreDifferences} more differences`] : []),
    closingWords(verified),
  ].join('\n');
}

function closingWords({ mended, differences, snapshots }: Verified): string {
  if (differences.length > 0) return 'There are differences.';
  if (snapshots.unread.length > 0) return 'What was compared matches the log.';
  if (mended.length === 0) return 'Everything matches the log.';
  return `Everything matches the log, in which ${mended.length} breaks of hash chains were mended.`;
}

function snapshotsInWords({ snapshots }: Verified): string[] {
  const { checked, ofOtherLogs, faults, unread } = snapshots;
  return [
    `snapshots: ${checked} compared with the fold of the log`,
    ...(ofOtherLogs > 0
      ? [`${ofOtherLogs} streams have snapshots of another log, which are never used`]
      : []),
    ...unread.map((reason) => `UNREAD  The snapshots cannot be compared: ${reason}`),
    ...faults.map((fault) => `Snapshots were discarded and will be taken again: ${fault}`),
  ];
}
