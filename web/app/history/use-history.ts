// Puts the time machine together for one cart: loads, follows, prefetches, and keeps the address.
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import {
  CartAtRevisionDocument,
  CartExplainAtRevisionDocument,
} from '../../../schema/generated/graphql.ts';
import { useStore } from '../../cart-client/use-store.ts';
import { useSignedIn } from '../session-context.ts';
import type { SignedIn } from '../session.ts';
import { notInFuture, revisionOf, useCartAtInstant } from './cart-at-instant.ts';
import type { History } from './history-context.ts';
import { around, Moments } from './moments.ts';
import { CartPast } from './past.ts';
import { addressOf, newest, type PlaceInPast, placeFrom } from './place-in-past.ts';

/** Browsers refuse an address that changes hundreds of times in a few seconds. */
const addressPauseMs = 300;

export interface LoadedHistory {
  /** Undefined until the newest events are there. */
  readonly history: History | undefined;
  readonly fault: unknown;
  /** True when the address names an instant before the cart was opened. */
  readonly isBeforeOpening: boolean;
  readonly reload: () => void;
}

export function useHistoryOf(cartId: string): LoadedHistory {
  const [place, setPlace] = usePlace();
  const { past, carts, explanations } = useSources(cartId, useSignedIn(), place.known);
  const loaded = useStore(past.state);
  const atInstant = useCartAtInstant(cartId, place);
  const last = loaded.events.length - 1;
  const asked = place.instant === null ? place.revision : revisionOf(atInstant);
  const shown = within(asked ?? last, last);
  useEffect(() => {
    if (last >= 0) carts.want(around(shown, last + 1));
  }, [carts, shown, last]);
  const show = useCallback(
    (revision: number) => {
      const end = past.state.get().events.length - 1;
      setPlace((so) => ({
        ...so,
        revision: revision >= end ? null : Math.max(0, revision),
        instant: null,
      }));
    },
    [past, setPlace],
  );
  const compareFrom = useCallback(
    (revision: number | null) => {
      const end = past.state.get().events.length - 1;
      const from = revision === null ? null : within(revision, end);
      setPlace((so) => ({ ...so, from }));
    },
    [past, setPlace],
  );
  const isWaiting = !loaded.isRead || (place.instant !== null && atInstant === undefined);
  const history: History = {
    cartId,
    past: loaded,
    place: { ...place, from: place.from === null ? null : within(place.from, last) },
    shown,
    carts,
    explanations,
    cartAtInstant: atInstant?.cart ?? undefined,
    show,
    compareFrom,
    knowAt: (known) => setPlace((so) => ({ ...so, known })),
    toNow: () => setPlace(({ from }) => ({ ...newest, from })),
  };
  return {
    history: isWaiting ? undefined : history,
    fault: loaded.fault,
    isBeforeOpening: place.instant !== null && atInstant?.cart === null,
    reload: () => past.start(askedOf(place.known)),
  };
}

const askedOf = (known: string | null) => (known === null ? null : notInFuture(known));

const within = (revision: number, last: number) => Math.max(0, Math.min(revision, last));

/** Everything that is read about one cart. Another cart has other sources, another reader too. */
function useSources(cartId: string, reader: SignedIn | null, known: string | null) {
  const apollo = useApolloClient();
  const sources = useMemo(() => {
    const fetchPolicy = 'no-cache' as const;
    const carts = new Moments(async (revision) => {
      const variables = { cartId, revision };
      const { data } = await apollo.query({
        query: CartAtRevisionDocument,
        variables,
        fetchPolicy,
      });
      if (data?.cartAtRevision == null) throw new Error(`Revision ${revision} is not there`);
      return data.cartAtRevision;
    });
    const explanations = new Moments(async (revision) => {
      const variables = { cartId, revision };
      const { data } = await apollo.query({
        query: CartExplainAtRevisionDocument,
        variables,
        fetchPolicy,
      });
      if (data?.cartExplainAtRevision == null) throw new Error(`Revision ${revision} is not there`);
      return data.cartExplainAtRevision;
    });
    return { past: new CartPast(apollo, cartId), carts, explanations, reader };
  }, [apollo, cartId, reader]);
  useEffect(() => {
    sources.past.start(askedOf(known));
    return sources.past.stop;
  }, [sources, known]);
  useStore(sources.carts.arrived);
  useStore(sources.explanations.arrived);
  return sources;
}

/** The place, which the address follows a moment later. */
function usePlace() {
  const [parameters, setParameters] = useSearchParams();
  const [place, setPlace] = useState(() => placeFrom(parameters));
  const written = useRef(parameters.toString());
  // A link within the app, or the browser's way back, leads to another place.
  const address = parameters.toString();
  useEffect(() => {
    if (address === written.current) return;
    written.current = address;
    setPlace(placeFrom(new URLSearchParams(address)));
  }, [address]);
  useEffect(() => {
    const next = addressOf(place).toString();
    if (next === written.current) return undefined;
    const timer = setTimeout(() => {
      written.current = next;
      setParameters(next, { replace: true });
    }, addressPauseMs);
    return () => clearTimeout(timer);
  }, [place, setParameters]);
  return [place, setPlace] as const satisfies readonly [PlaceInPast, unknown];
}
