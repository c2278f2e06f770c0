// Pages of a list, forwards by their cursors and back the same way. A page has one size, however far
// somebody turns: the service limits what a page costs.
import { useState } from 'react';
import { Button } from '../../design/button.tsx';
import { operationsTexts as words } from './texts.ts';

/** @param reset begins again with the first page when it changes */
export function usePageStack(reset: unknown = null) {
  const [state, setState] = useState<Cursors>({ of: reset, cursors: [] });
  const cursors = state.of === reset ? state.cursors : [];
  const go = (to: readonly string[]) => setState({ of: reset, cursors: to });
  return {
    /** Undefined on the first page. */
    cursor: cursors.at(-1),
    next: (cursor: string) => go([...cursors, cursor]),
    previous: () => go(cursors.slice(0, -1)),
  };
}

interface Cursors {
  readonly of: unknown;
  readonly cursors: readonly string[];
}

interface PageTurnerProps {
  readonly stack: ReturnType<typeof usePageStack>;
  /** Null on the last page. */
  readonly nextCursor: string | null | undefined;
  readonly busy: boolean;
}

/** Nothing where there is one page alone. */
export function PageTurner({ stack, nextCursor, busy }: PageTurnerProps) {
  if (stack.cursor === undefined && nextCursor == null) return null;
  return (
    <div className="row">
      <Button
        size="small"
        disabled={stack.cursor === undefined || busy}
        onClick={() => stack.previous()}
      >
        {words.previousPage}
      </Button>
      <Button
        size="small"
        disabled={nextCursor == null || busy}
        onClick={() => nextCursor != null && stack.next(nextCursor)}
      >
        {words.nextPage}
      </Button>
    </div>
  );
}
