// Converts a read model's progress to the API's type, with its drift.
import type { CountedDrift, ProjectionStatus } from '../projections/projection-status.js';
import type { ApiServices } from './services.js';
import { money, moneySum } from './types/money.js';
import type * as shown from './types/report-types.js';

export function shownStatus(
  status: ProjectionStatus,
  driftOf: ApiServices['driftOf'],
): shown.ProjectionStatusType {
  const { name, generation: served } = status;
  const others = status.others.map((other) => {
    const counted = driftOf(name, served, other.generation);
    return { ...other, drift: counted && shownDrift(counted) };
  });
  return { id: name, ...status, others };
}

function shownDrift({ money: amounts, ...counted }: CountedDrift): shown.GenerationDrift {
  const byCurrency = Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...counted,
    money: byCurrency.map(([currency, amount]) => money(amount, currency, 'moneyTotals')),
    moneyTotals: byCurrency.map(([currency, amount]) => moneySum(amount, currency)),
  };
}
