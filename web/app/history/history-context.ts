// What the parts of the time machine share: the loaded past, the shown moment, and the ways to
// another one.
import { createContext, useContext } from 'react';
import type {
  CartExplainAtRevisionQuery,
  CartViewFieldsFragment,
} from '../../../schema/generated/graphql.ts';
import type { Moments } from './moments.ts';
import type { LoadedPast } from './past.ts';
import type { PlaceInPast } from './place-in-past.ts';

export type CartThen = CartViewFieldsFragment;
export type Explanation = NonNullable<CartExplainAtRevisionQuery['cartExplainAtRevision']>;

export interface History {
  readonly cartId: string;
  readonly past: LoadedPast;
  readonly place: PlaceInPast;
  /** The revision that is shown. */
  readonly shown: number;
  readonly carts: Moments<CartThen>;
  readonly explanations: Moments<Explanation>;
  /** The cart at an instant that the address names, until another moment is chosen. */
  readonly cartAtInstant: CartThen | undefined;
  /** Shows a revision; beyond the ends, the end. The newest one is followed live. */
  readonly show: (revision: number) => void;
  readonly compareFrom: (revision: number | null) => void;
  /** Shows what was recorded by an instant, RFC 3339; null: everything. */
  readonly knowAt: (instant: string | null) => void;
  /** Shows the newest event of all, and follows. */
  readonly toNow: () => void;
}

export const HistoryContext = createContext<History | null>(null);

/** @throws Error outside of the time machine */
export function useHistory(): History {
  const history = useContext(HistoryContext);
  if (history === null) throw new Error('There is no time machine around this component');
  return history;
}
