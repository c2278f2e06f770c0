// The track: events on a rail, the total as a line above them, and handles to move through time.
import { useState } from 'react';
import { Button, IconButton } from '../../design/button.tsx';
import { number } from '../format.ts';
import { Chart } from './chart.tsx';
import { eventKinds } from './event-kinds.ts';
import { useHistory } from './history-context.ts';
import type { Scale } from './track-geometry.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.track;

export function Track() {
  const history = useHistory();
  const [scale, setScale] = useState<Scale>('revision');
  return (
    <section className="panel track" aria-label={words.label}>
      <div className="row apart">
        <Steps />
        <div className="row">
          <ScaleSwitch scale={scale} onChange={setScale} />
          <CompareSwitch />
        </div>
      </div>
      <Chart scale={scale} history={history} />
      <div className="row apart track-foot">
        <ul className="legend">
          {eventKinds.map((kind) => (
            <li key={kind} className={`kind ${kind}`}>
              {words[kind]}
            </li>
          ))}
        </ul>
        <p className="soft wide-only">{words.keys}</p>
      </div>
    </section>
  );
}

function Steps() {
  const { past, shown, show } = useHistory();
  const last = past.events.length - 1;
  return (
    <div className="steps-of-track">
      <IconButton icon="first" label={words.first} disabled={shown <= 0} onClick={() => show(0)} />
      <IconButton
        icon="back"
        label={words.previous}
        disabled={shown <= 0}
        onClick={() => show(shown - 1)}
      />
      <span className="numbers position" data-testid="position">
        {number(shown)} <span className="soft">/ {number(Math.max(0, last))}</span>
      </span>
      <IconButton
        icon="chevron"
        label={words.next}
        disabled={shown >= last}
        onClick={() => show(shown + 1)}
      />
      <IconButton
        icon="last"
        label={words.last}
        disabled={shown >= last}
        onClick={() => show(last)}
      />
    </div>
  );
}

interface ScaleSwitchProps {
  readonly scale: Scale;
  readonly onChange: (scale: Scale) => void;
}

function ScaleSwitch({ scale, onChange }: ScaleSwitchProps) {
  const scales = [
    ['revision', words.byRevision],
    ['time', words.byTime],
  ] as const;
  return (
    <div className="segments" role="group" aria-label={words.scale}>
      {scales.map(([value, label]) => (
        <button
          key={value}
          type="button"
          aria-pressed={scale === value}
          onClick={() => onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function CompareSwitch() {
  const { place, shown, compareFrom } = useHistory();
  const isOn = place.from !== null;
  return (
    <Button
      size="small"
      aria-pressed={isOn}
      onClick={() => compareFrom(isOn ? null : Math.max(0, shown - 1))}
    >
      {isOn ? words.compareEnd : words.compare}
    </Button>
  );
}
