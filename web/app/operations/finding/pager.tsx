// Leads to newer and older pages of a list, and says how much there is.
import { useEffect, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { counted } from '../../format.ts';
import { findingTexts as words } from './texts.ts';

export interface PagePlace {
  readonly first?: number;
  readonly after?: string;
  readonly last?: number;
  readonly before?: string;
}

export interface PageFacts {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor?: string | null;
  readonly endCursor?: string | null;
}

/** The place of the shown page: the newest, again for other filters. */
export function usePagePlace(size: number, filters: unknown) {
  const [place, setPlace] = useState<PagePlace>({ first: size });
  useEffect(() => setPlace({ first: size }), [size, filters]);
  return [place, setPlace] as const;
}

interface PagerProps {
  readonly size: number;
  readonly totalCount: number;
  readonly pageInfo: PageFacts;
  readonly onTurn: (place: PagePlace) => void;
  readonly busy: boolean;
}

export function Pager({ size, totalCount, pageInfo, onTurn, busy }: PagerProps) {
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = pageInfo;
  return (
    <div className="row apart">
      <span className="soft" role="status">
        {counted(totalCount, words.found)}
      </span>
      {(hasNextPage || hasPreviousPage) && (
        <div className="row">
          <Button
            size="small"
            disabled={!hasPreviousPage || busy}
            onClick={() => onTurn({ last: size, ...(startCursor && { before: startCursor }) })}
          >
            {words.newer}
          </Button>
          <Button
            size="small"
            disabled={!hasNextPage || busy}
            onClick={() => onTurn({ first: size, ...(endCursor && { after: endCursor }) })}
          >
            {words.older}
          </Button>
        </div>
      )}
    </div>
  );
}
