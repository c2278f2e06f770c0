// Beside the cart: the event itself, the difference between two moments, and what-if.
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { Difference } from './difference.tsx';
import { EventDetail } from './event-detail.tsx';
import { useHistory } from './history-context.ts';
import { WhatIf } from './what-if.tsx';
import { historyTexts } from './texts.ts';

const words = historyTexts.tabs;
const tabs = ['event', 'difference', 'whatIf'] as const;
type TabName = (typeof tabs)[number];

export function SideTabs() {
  const { place } = useHistory();
  const isComparing = place.from !== null;
  const [tab, setTab] = useState<TabName>(isComparing ? 'difference' : 'event');
  // A comparison shows what it found.
  useEffect(() => {
    setTab((so) => (isComparing ? 'difference' : so === 'difference' ? 'event' : so));
  }, [isComparing]);
  const id = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (step === 0 || next === undefined) return;
    setTab(next);
    document.getElementById(`${id}${next}`)?.focus();
  };
  return (
    <section className="panel side" aria-label={words.label}>
      <div role="tablist" aria-label={words.label} className="tabs" onKeyDown={onKeyDown}>
        {tabs.map((name) => (
          <button
            key={name}
            id={`${id}${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls={`${id}panel`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {words[name]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}panel`} aria-labelledby={`${id}${tab}`}>
        {tab === 'event' && <EventDetail />}
        {tab === 'difference' && <Difference />}
        {tab === 'whatIf' && <WhatIf />}
      </div>
    </section>
  );
}
