// Carries out what a shopper wants, and tells in a toast when it was refused or could not be done.
import { useCallback } from 'react';
import type { Refused } from '../../cart-client/cart-commands.ts';
import { useToast } from '../../design/toast.tsx';
import { wordsOf } from '../faults.ts';
import { texts } from '../texts.ts';

/** The returned function resolves with true when the service accepted the intent. */
export function useIntent() {
  const toast = useToast();
  return useCallback(
    async (intent: Promise<Refused>): Promise<boolean> => {
      try {
        const rejection = await intent;
        if (rejection === null) return true;
        toast({ text: texts.cart.undone(rejection.message), tone: 'bad' });
      } catch (error) {
        toast({ text: texts.cart.undone(wordsOf(error)), tone: 'bad' });
      }
      return false;
    },
    [toast],
  );
}
