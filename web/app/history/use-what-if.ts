// Asks the service what a cart would have cost; a moment after the last change of the supposition.
import { latinDigits } from '../../design/latin-digits.ts';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import {
  CartWhatIfDocument,
  type CartWhatIfQuery,
  type CartWhatIfQueryVariables,
} from '../../../schema/generated/graphql.ts';
import type { CartThen } from './history-context.ts';
import { patiently } from './patiently.ts';

export interface Supposed {
  /** Empty: the coupons as they were. */
  readonly code: string;
  readonly kind: 'percentage' | 'amount';
  /** As it was typed. */
  readonly value: string;
  /** By SKU. */
  readonly quantities: ReadonlyMap<string, number>;
}

export const nothingSupposed: Supposed = {
  code: '',
  kind: 'percentage',
  value: '20',
  quantities: new Map(),
};

type Coupons = CartWhatIfQueryVariables['coupons'];

const pauseMs = 150;
const basisPointsPerPercent = 100;

/** Undefined for a value that is no such number. */
export function supposedCoupons(
  { code, kind, value }: Supposed,
  currency: string,
  digits: number,
): Coupons | undefined {
  if (code === '') return [];
  const typed = Number(latinDigits(value).trim().replace(',', '.'));
  if (!(typed > 0) || (kind === 'percentage' && typed > 100)) return undefined;
  if (kind === 'percentage') {
    return [{ code, percentageBasisPoints: Math.round(typed * basisPointsPerPercent) }];
  }
  const minorUnits = Math.round(typed * 10 ** digits);
  return Number.isSafeInteger(minorUnits)
    ? [{ code, amount: { minorUnits, currency } }]
    : undefined;
}

interface Answer {
  readonly answer?: CartWhatIfQuery['cartWhatIf'];
  readonly fault?: unknown;
}

export function useWhatIf(cart: CartThen, supposed: Supposed): Answer & { isBad: boolean } {
  const apollo = useApolloClient();
  const [found, setFound] = useState<Answer>({});
  const { currency, cartId, revision } = cart;
  const digits = digitsOf(cart.totals.total.decimal);
  const coupons = supposedCoupons(supposed, currency, digits);
  const quantities = [...supposed.quantities].map(([sku, quantity]) => ({ sku, quantity }));
  const question =
    coupons === undefined ? '' : JSON.stringify({ cartId, revision, coupons, quantities });
  useEffect(() => {
    if (question === '') return undefined;
    const run = new AbortController();
    const give = (answer: Answer) => {
      if (!run.signal.aborted) setFound(answer);
    };
    const ask = async () => {
      const variables = JSON.parse(question) as CartWhatIfQueryVariables;
      const { data } = await apollo.query({
        query: CartWhatIfDocument,
        variables,
        fetchPolicy: 'no-cache',
      });
      if (data === undefined) throw new Error('The supposition came without data');
      give({ answer: data.cartWhatIf });
    };
    const timer = setTimeout(() => {
      patiently(ask, run.signal).catch((fault: unknown) => give({ fault }));
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      run.abort();
    };
  }, [apollo, question]);
  return { ...found, isBad: coupons === undefined };
}

/** How many digits the currency has after the point. */
function digitsOf(decimal: string): number {
  return (decimal.split('.')[1] ?? '').length;
}
