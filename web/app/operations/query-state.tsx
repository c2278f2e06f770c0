// What a place of the board shows while its data is not there.
import type { ErrorLike } from '@apollo/client';
import type { ReactNode } from 'react';
import { ErrorState, Skeleton } from '../../design/states.tsx';
import { isOfNothing, wordsOf } from '../faults.ts';
import { texts } from '../texts.ts';

interface QueryStateProps {
  readonly error: ErrorLike | undefined;
  readonly onRetry: () => void;
  /** It is all that the page has. */
  readonly isPage?: boolean;
  /** In the place of the fault when what is asked for cannot be there. */
  readonly missing?: ReactNode;
}

/** The fault, with a way to try again where that can help, or grey places. */
export function QueryState({ error, onRetry, isPage = false, missing }: QueryStateProps) {
  if (missing !== undefined && isOfNothing(error)) return missing;
  if (error !== undefined) {
    return (
      <ErrorState
        isPage={isPage}
        title={texts.faults.loadTitle}
        {...(!isOfNothing(error) && { retryLabel: texts.retry, onRetry })}
      >
        {wordsOf(error)}
      </ErrorState>
    );
  }
  return (
    <div className="stack" aria-busy="true">
      <span className="visually-hidden" role="status">
        {texts.loading}
      </span>
      <Skeleton height="6rem" />
      <Skeleton height="14rem" />
    </div>
  );
}
