// What a place of the board shows while its data is not there.
import type { ErrorLike } from '@apollo/client';
import { ErrorState, Skeleton } from '../../design/states.tsx';
import { wordsOf } from '../faults.ts';
import { texts } from '../texts.ts';

interface QueryStateProps {
  readonly error: ErrorLike | undefined;
  readonly onRetry: () => void;
  /** It is all that the page has. */
  readonly isPage?: boolean;
}

/** The fault with a way to try again, or grey places. */
export function QueryState({ error, onRetry, isPage = false }: QueryStateProps) {
  if (error !== undefined) {
    return (
      <ErrorState
        isPage={isPage}
        title={texts.faults.loadTitle}
        retryLabel={texts.retry}
        onRetry={onRetry}
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
