// A handle of the track: a slider for pointers and keys, which tells its event in words.
import type { CSSProperties, PointerEvent, ReactNode } from 'react';
import { dateTime, money, number } from '../format.ts';
import { useHistory } from './history-context.ts';
import { steppedBy } from './steps.ts';
import { placeOf, type Track as TrackData } from './track-geometry.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.track;

/** Follows the pointer from the press to its end, also outside of the element. */
export function dragging(onMove: (event: PointerEvent) => void) {
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      onMove(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) onMove(event);
    },
  };
}

interface HandleProps {
  readonly name: 'now' | 'from';
  readonly label: string;
  readonly revision: number;
  readonly data: TrackData;
  readonly onMove: (revision: number) => void;
  readonly revisionUnder: (event: PointerEvent) => number;
  readonly children?: ReactNode;
}

export function Handle({
  name,
  label,
  revision,
  data,
  onMove,
  revisionUnder,
  children,
}: HandleProps) {
  const { past } = useHistory();
  const { length } = past.events;
  const place = placeOf(data, revision) ?? revision / Math.max(1, length - 1);
  return (
    <div
      className={`handle ${name}`}
      style={{ left: `${place * 100}%`, '--place': place } as CSSProperties}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, length - 1)}
      aria-valuenow={revision}
      aria-valuetext={useWordsOf(revision)}
      {...dragging((event) => onMove(revisionUnder(event)))}
      onKeyDown={(event) => {
        const next = steppedBy(event, revision, length);
        if (next === undefined) return;
        event.preventDefault();
        onMove(next);
      }}
    >
      {children}
    </div>
  );
}

function useWordsOf(revision: number): string {
  const event = useHistory().past.events[revision];
  if (event === undefined) return words.unloaded(number(revision));
  const total = event.totalAfter == null ? '–' : money(event.totalAfter);
  return words.moment(number(revision), event.summary, dateTime(event.occurredAt), total);
}
