// Converts a replay's record to the API's type.
import type { ShownReplay } from '../read-models/replay-records.js';
import type { Refusal } from '../replay/outcomes.js';
import { contentOf, type ReplayContent } from '../replay/replay-content.js';
import { moneySum } from './types/money.js';
import {
  type ReplayDifference,
  type ReplayRefusal,
  ReplayRefusalCode,
  type ReplayType,
} from './types/replay-types.js';

export function shownReplay(record: ShownReplay): ReplayType {
  const { id, kind, state, startedAt, endedAt, startedBy, reason } = record;
  const content = contentOf(record.content);
  const { progress, waitsFor, isCompared, rebuilt, incomparable, reportId, fault } = content;
  return {
    ...{ id, kind, state, startedAt, endedAt, startedBy, reason },
    readModels: content.names,
    progress: progress && {
      ...progress,
      done: Math.min(1, Math.max(0, progress.done)),
      eventsPerSecond: Math.round(progress.eventsPerSecond),
    },
    ...{ waitsFor, compared: isCompared, rebuilt, madeLive: content.live },
    differences: content.drift.map(shownDifference),
    ...{ incomparable, reportId, fault },
    refusal: content.refusal && shownRefusal(content.refusal.code, content.refusal.message),
  };
}

export function refusalOf({ reason, message }: Refusal<string>): ReplayRefusal {
  return shownRefusal(reason, message);
}

const codes: readonly `${ReplayRefusalCode}`[] = Object.values(ReplayRefusalCode);

function shownRefusal(code: string, message: string): ReplayRefusal {
  const known = codes.find((one) => one === code);
  if (known === undefined) throw new TypeError(`A replay refuses with ${code}, which is unknown`);
  return { code: known, message };
}

function shownDifference(drift: ReplayContent['drift'][number]): ReplayDifference {
  const { name, standing: generation, rows, differing, unexplained, examples, money } = drift;
  const sums = Object.entries(money)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, digits]) => moneySum(BigInt(digits), currency));
  return { name, generation, rows, differing, unexplained, examples, money: sums };
}
