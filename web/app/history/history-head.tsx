// Above the track: which cart, how long its past is, whether one looks at it or at the present, and
// what was known of it.
import { useId, useState } from 'react';
import { Button } from '../../design/button.tsx';
import { Badge } from '../../design/states.tsx';
import { useToast } from '../../design/toast.tsx';
import { counted, dateTime, number } from '../format.ts';
import { useHistory } from './history-context.ts';
import { KnownAt } from './known-at.tsx';
import { addressOf } from './place-in-past.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts;

export function HistoryHead() {
  const { cartId, place } = useHistory();
  const [isChoosing, setChoosing] = useState(false);
  const id = useId();
  const isOpen = isChoosing || place.known !== null;
  return (
    <>
      <header className="history-head">
        <div className="stack tight">
          <span className="overline">{words.overline}</span>
          <h1>{words.headline(cartId.slice(0, 8))}</h1>
          <p className="soft">{words.lead}</p>
        </div>
        <div className="row">
          <div className="row history-standing">
            <Standing />
            <Following />
          </div>
          <KnownSwitch isOpen={isOpen} controls={id} onChange={setChoosing} />
          <CopyLink />
        </div>
      </header>
      {isOpen && <KnownAt id={id} />}
    </>
  );
}

function Standing() {
  const { past, place } = useHistory();
  const { length } = past.events;
  const share = number(Math.floor((past.loaded / Math.max(1, length)) * 100));
  return (
    <>
      <Badge>{counted(length, words.events)}</Badge>
      {past.loaded < length && <Badge tone="warm">{words.loadingPast(`${share} %`)}</Badge>}
      {place.instant !== null && <Badge tone="warm">{words.asOf(dateTime(place.instant))}</Badge>}
    </>
  );
}

interface KnownSwitchProps {
  readonly isOpen: boolean;
  /** The element that it opens. */
  readonly controls: string;
  readonly onChange: (isOpen: boolean) => void;
}

/** Closed, everything is known. */
function KnownSwitch({ isOpen, controls, onChange }: KnownSwitchProps) {
  const { knowAt } = useHistory();
  const toggle = () => {
    onChange(!isOpen);
    if (isOpen) knowAt(null);
  };
  return (
    <Button
      size="small"
      icon="history"
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      onClick={toggle}
    >
      {isOpen ? words.known.close : words.known.open}
    </Button>
  );
}

function Following() {
  const { past, place, shown, toNow } = useHistory();
  const last = past.events.length - 1;
  const isLive = place.revision === null && place.instant === null && place.known === null;
  if (isLive) {
    return (
      <span title={words.following}>
        <Badge tone="good" dot>
          {words.live}
        </Badge>
      </span>
    );
  }
  const newer = last - shown;
  return (
    <Button size="small" icon="chevron" onClick={toNow} data-testid="to-now">
      {words.toNow}
      {newer > 0 && <span className="newer">{counted(newer, words.newer)}</span>}
    </Button>
  );
}

function CopyLink() {
  const { past, place, shown } = useHistory();
  const toast = useToast();
  const copy = async () => {
    const at = past.events[shown]?.occurredAt ?? null;
    // Several events can share an instant: then the revision is more exact.
    const isOnly = past.events[shown + 1]?.occurredAt !== at;
    const instant = place.instant ?? (isOnly ? at : null);
    const isEmpty = past.events.length === 0;
    const address = addressOf(isEmpty ? place : { ...place, revision: shown, instant });
    const url = new URL(`?${address.toString()}`, window.location.href);
    try {
      await navigator.clipboard.writeText(url.href);
      toast({ text: words.copied });
    } catch {
      // Without permission, or on a page without TLS.
      toast({ text: words.copyFailed });
    }
  };
  return (
    <Button size="small" look="quiet" icon="link" onClick={() => void copy()}>
      {words.copyLink}
    </Button>
  );
}
