// Points at an event: a click shows the cart right after it.
import { number } from '../format.ts';
import { texts } from '../texts.ts';
import { kindOf } from './event-kinds.ts';
import { useHistory } from './history-context.ts';

export function EventChip({ revision }: { readonly revision: number }) {
  const { past, show } = useHistory();
  const event = past.events[revision];
  return (
    <button
      type="button"
      className={`event-chip kind ${event === undefined ? 'rest' : kindOf(event)}`}
      title={event?.summary}
      aria-label={texts.history.cart.event(number(revision))}
      onClick={() => show(revision)}
    >
      {number(revision)}
    </button>
  );
}
