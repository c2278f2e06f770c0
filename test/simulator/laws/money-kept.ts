// No money appears or vanishes: the parts of every cart that is shown sum to its total, and what
// the read models say was earned is what the orders of the log come to, less what is owed back.
import { refundOf } from '../../../src/domain/order/state.js';
import type {
  OrderCancelled,
  OrderPlaced,
  OrderTotalCorrected,
} from '../../../src/domain/order/events.js';
import type { Row } from '../../../src/read-models/table.js';
import type { SeenCart } from '../seen-cart.js';
import { inWords, type Law, shownIn } from './law.js';
import type { LogModel } from './log-model.js';

export const moneyKept: Law = {
  name: 'money is kept',
  promise: 'No money appears or vanishes.',
  watch({ log }, report) {
    return {
      replied(answered) {
        const cart = shownIn(answered.reply);
        const problem = cart === null ? undefined : sumProblem(cart);
        if (problem !== undefined) report(`${inWords(answered)} was shown a cart whose ${problem}`);
      },
      committed({ place, generation: { name, checkpoint }, rows, isAll }) {
        const amountOf = isAll ? amounts[name] : undefined;
        if (amountOf === undefined) return;
        const earned = earnedBy(log, checkpoint, name !== 'order-summary');
        const shown = sums([...rows.values()].map(amountOf));
        for (const currency of new Set([...earned.keys(), ...shown.keys()])) {
          const [due, found] = [earned.get(currency) ?? 0n, shown.get(currency) ?? 0n];
          if (due !== found) {
            report(`${name} in ${place} comes to ${found} ${currency}, the orders to ${due}`);
          }
        }
      },
    };
  },
};

type AmountIn = readonly [currency: string, amount: bigint];

/** What a row of a read model says was earned. */
const amounts: Readonly<Record<string, (row: Row) => AmountIn>> = {
  'order-summary': ({ currency, total }) => [String(currency), BigInt(Number(total))],
  'revenue-by-day': ({ currency, revenue }) => [String(currency), BigInt(String(revenue))],
  'order-sales': ({ currency, revenue }) => [String(currency), BigInt(Number(revenue))],
};

/** @param isNet without what cancellations and refunds take from it */
function earnedBy({ events }: LogModel, checkpoint: bigint, isNet: boolean): Map<string, bigint> {
  const counted = events.filter(({ position }) => position <= checkpoint);
  return sums(
    counted.flatMap(({ type, data }): AmountIn[] => {
      if (type === 'OrderPlaced') {
        const { currency, total } = data as OrderPlaced['data'];
        return [[currency, BigInt(total)]];
      }
      if (isNet && (type === 'OrderCancelled' || type === 'OrderRefunded')) {
        const { currency, forgone } = data as OrderCancelled['data'];
        return [[currency, BigInt(-forgone)]];
      }
      if (type !== 'OrderTotalCorrected') return [];
      const correction = data as OrderTotalCorrected['data'];
      return [[correction.currency, BigInt(refundOf(correction))]];
    }),
  );
}

function sums(parts: readonly AmountIn[]): Map<string, bigint> {
  const all = new Map<string, bigint>();
  for (const [currency, amount] of parts) all.set(currency, (all.get(currency) ?? 0n) + amount);
  return all;
}

function sumProblem({ lines, totals }: SeenCart): string | undefined {
  const { itemCount, subtotal, discount, added, total, because } = totals;
  const sumOf = (amountsOf: readonly number[]) => amountsOf.reduce((sum, each) => sum + each, 0);
  if (sumOf(because.map(({ amount }) => amount)) !== total) return 'parts do not sum to its total';
  const ofLines = sumOf(lines.map((line) => line.total));
  if (ofLines + added !== total) return 'lines and charges do not sum to its total';
  if (sumOf(lines.map((line) => line.subtotal)) !== subtotal) return 'lines miss its subtotal';
  if (sumOf(lines.map(({ quantity }) => quantity)) !== itemCount) return 'lines miss its count';
  const isWhole = subtotal - discount + added === total;
  return isWhole ? undefined : 'subtotal less discount, with charges, is not its total';
}
