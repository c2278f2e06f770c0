// What was asked for by its id: itself, that there is none, or why it is not known.
import type { ErrorLike } from '@apollo/client';
import type { ReactNode } from 'react';
import { QueryState } from './query-state.tsx';

interface FoundOneProps<Found> {
  /** Null where there is none, undefined before the first answer and after a fault. */
  readonly found: Found | null | undefined;
  readonly query: {
    readonly error?: ErrorLike | undefined;
    readonly refetch: () => Promise<unknown>;
  };
  /** Shown where there is none, and where there cannot be one. */
  readonly missing: ReactNode;
  readonly children: (found: Found) => ReactNode;
}

export function FoundOne<Found>({ found, query, missing, children }: FoundOneProps<Found>) {
  if (found === null) return missing;
  if (found !== undefined) return children(found);
  const { error, refetch } = query;
  return <QueryState isPage {...{ error, missing }} onRetry={() => void refetch()} />;
}
