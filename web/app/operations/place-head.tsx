// The head of a place of the board: its name, a sentence about it, and what can be done.
import type { ReactNode } from 'react';
import { useTitle } from '../shell/use-title.ts';

interface PlaceHeadProps {
  readonly title: string;
  readonly about: string;
  readonly actions?: ReactNode;
}

export function PlaceHead({ title, about, actions }: PlaceHeadProps) {
  useTitle(title);
  return (
    <div className="place-head">
      <div>
        <h1>{title}</h1>
        <p>{about}</p>
      </div>
      {actions !== undefined && <div className="row">{actions}</div>}
    </div>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: 'plain' | 'warm' | 'bad';
}

/** One number that is looked at first; stands within `<dl className="figures">`. */
export function Figure({ label, value, note, tone = 'plain' }: FigureProps) {
  return (
    <div className={`figure ${tone}`}>
      <dt>{label}</dt>
      <dd>{value}</dd>
      {note !== undefined && <dd className="note">{note}</dd>}
    </div>
  );
}
