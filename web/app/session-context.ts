// The session in components.
import { createContext, useContext } from 'react';
import { useStore } from '../cart-client/use-store.ts';
import type { Session, SignedIn } from './session.ts';

export const SessionContext = createContext<Session | null>(null);

/** @throws Error outside of the app */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no session around this component');
  return session;
}

/** Null for a guest. Whose sign-in has ended by itself keeps the pages until that is decided. */
export function useSignedIn(): SignedIn | null {
  const { person, ended } = useSession();
  const now = useStore(person);
  return useStore(ended) ?? now;
}

/** The pages that this service shows besides those of the shop: 'playground', 'sign-in'. */
export function isPageShown(name: 'playground' | 'sign-in'): boolean {
  const meta = document.querySelector('meta[name="cartograph-pages"]');
  return (meta?.getAttribute('content') ?? '').split(' ').includes(name);
}
