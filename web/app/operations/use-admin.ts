// Whether who looks at the board may change things, and a way to do it.
import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { useToast } from '../../design/toast.tsx';
import { wordsOf } from '../faults.ts';
import { useSignedIn } from '../session-context.ts';

export const useIsAdmin = (): boolean => useSignedIn()?.role === 'admin';

interface Refused {
  readonly message: string;
}

interface CommandOptions<Data> {
  /** Why the service did nothing, as data. */
  readonly refusalOf?: (data: Data) => Refused | null | undefined;
  /** Told when it is done. */
  readonly done?: string;
  /** Called with the answer when it is done. */
  readonly onData?: (data: Data) => void;
}

/** Runs a mutation; a refusal and a fault are told in a toast. Resolves with whether it was done. */
export function useCommand<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  { refusalOf, done, onData }: CommandOptions<Data> = {},
) {
  const toast = useToast();
  const client = useApolloClient();
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(
    async (variables: Variables): Promise<boolean> => {
      setBusy(true);
      try {
        const { data } = await client.mutate({ mutation: document, variables });
        const refused = data === undefined ? null : refusalOf?.(data);
        if (refused != null) toast({ text: refused.message, tone: 'bad' });
        else if (done !== undefined) toast({ text: done });
        if (refused == null && data !== undefined) onData?.(data);
        return refused == null;
      } catch (error) {
        toast({ text: wordsOf(error), tone: 'bad' });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [client, document, refusalOf, done, onData, toast],
  );
  return { run, isBusy };
}
