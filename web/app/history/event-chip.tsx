// Points at an event: a click shows the cart right after it.
import { number } from '../format.ts';
import { kindOf } from './event-kinds.ts';
import { useHistory } from './history-context.ts';
import { historyTexts } from './texts.ts';

export function EventChip({ revision }: { readonly revision: number }) {
  const { past, show } = useHistory();
  const event = past.events[revision];
  return (
    <button
      type="button"
      className={`event-chip kind ${event === undefined ? 'rest' : kindOf(event)}`}
      title={event?.summary}
      aria-label={historyTexts.cart.event(number(revision))}
      onClick={() => show(revision)}
    >
      {number(revision)}
    </button>
  );
}
