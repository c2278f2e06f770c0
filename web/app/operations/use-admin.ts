// Whether who looks at the board may change things, and a way to do it.
import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { useToast } from '../../design/toast.tsx';
import { wordsOf } from '../faults.ts';
import { useSignedIn } from '../session-context.ts';

export const useIsAdmin = (): boolean => useSignedIn()?.role === 'admin';

interface Refused {
  readonly code?: string;
  readonly message: string;
  /** With CONFLICT. */
  readonly currentRevision?: number;
}

interface CommandOptions<Data, Variables> {
  /** Why the service did nothing, as data. */
  readonly refusalOf?: (data: Data) => Refused | null | undefined;
  /**
   * Called when somebody else has changed it meanwhile. Resolves with what to try again with; null
   * when the form tells of it.
   */
  readonly onConflict?: (variables: Variables, refused: Refused) => Promise<Variables | null>;
  /** Told when it is done. */
  readonly done?: string;
  /** Called with the answer when it is done. */
  readonly onData?: (data: Data) => void;
}

/** Runs a mutation; a refusal and a fault are told in a toast. Resolves with whether it was done. */
export function useCommand<Data, Variables extends OperationVariables>(
  document: TypedDocumentNode<Data, Variables>,
  { refusalOf, onConflict, done, onData }: CommandOptions<Data, Variables> = {},
) {
  const toast = useToast();
  const client = useApolloClient();
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(
    async (variables: Variables): Promise<boolean> => {
      const answered = async (asked: Variables): Promise<boolean> => {
        const { data } = await client.mutate({ mutation: document, variables: asked });
        const refused = data === undefined ? null : refusalOf?.(data);
        if (refused?.code === 'CONFLICT' && onConflict !== undefined) {
          const renewed = await onConflict(asked, refused);
          return renewed !== null && answered(renewed);
        }
        if (refused != null) toast({ text: refused.message, tone: 'bad' });
        else if (done !== undefined) toast({ text: done });
        if (refused == null && data !== undefined) onData?.(data);
        return refused == null;
      };
      setBusy(true);
      try {
        return await answered(variables);
      } catch (error) {
        toast({ text: wordsOf(error), tone: 'bad' });
        return false;
      } finally {
        setBusy(false);
      }
    },
    [client, document, refusalOf, onConflict, done, onData, toast],
  );
  return { run, isBusy };
}
