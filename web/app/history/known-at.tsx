// Chooses what was known: the events that had been recorded by an instant. Imported and corrected
// history was recorded later than it happened.
import { useApolloClient } from '@apollo/client/react';
import { type SubmitEvent, useEffect, useState } from 'react';
import { CartHistoryLengthDocument } from '../../../schema/generated/graphql.ts';
import { Button } from '../../design/button.tsx';
import { Choices, TextField } from '../../design/field.tsx';
import { counted, date, offsetOf, preciseTime } from '../format.ts';
import { useHistory } from './history-context.ts';
import { instantsIn, localTime } from './local-time.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts.known;

export function KnownAt({ id }: { readonly id: string }) {
  const { place, past, shown, knowAt } = useHistory();
  const recordedAt = past.events[shown]?.recordedAt;
  return (
    <section id={id} className="panel known-at" aria-label={words.title}>
      <InstantForm known={place.known} onKnow={knowAt} />
      <Button
        disabled={recordedAt === undefined}
        onClick={() => recordedAt !== undefined && knowAt(recordedAt)}
      >
        {words.atEvent}
      </Button>
      <Outcome />
    </section>
  );
}

interface InstantFormProps {
  readonly known: string | null;
  readonly onKnow: (instant: string) => void;
}

function InstantForm({ known, onKnow }: InstantFormProps) {
  const [typed, setTyped] = useState(shownIn(known));
  const [chosen, setChosen] = useState(known);
  const [fault, setFault] = useState<string>();
  const [lastKnown, setLastKnown] = useState(known);
  // Chosen by other means, such as a link or the shown event.
  if (known !== lastKnown) {
    setLastKnown(known);
    setTyped(shownIn(known));
    setChosen(known);
    setFault(undefined);
  }
  const instants = instantsIn(typed);
  const instant = instants.find((one) => one === chosen) ?? instants[0];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const isFuture = instant !== undefined && Date.parse(instant) > Date.now();
    setFault(instant === undefined ? words.missing : isFuture ? words.future : undefined);
    if (instant !== undefined && !isFuture) onKnow(instant);
  };
  return (
    <form noValidate onSubmit={submit}>
      <TextField
        label={words.field}
        hint={words.hint}
        fault={fault}
        type="datetime-local"
        step="0.001"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          setFault(undefined);
        }}
      />
      <Button type="submit" look="primary">
        {words.show}
      </Button>
      {instant !== undefined && instants.length > 1 && (
        <Choices
          legend={words.twice}
          value={instant}
          choices={instants.map((one) => ({ value: one, label: offsetOf(new Date(one)) }))}
          onChange={setChosen}
        />
      )}
    </form>
  );
}

const shownIn = (known: string | null): string => (known === null ? '' : localTime(known));

/** What one sees, and what one does not. */
function Outcome() {
  const { place, past } = useHistory();
  const { known } = place;
  const later = useEventCount(known !== null) - past.events.length;
  const told =
    known === null
      ? []
      : [
          words.shown(`${date(known)}, ${preciseTime(known)}`),
          ...(later > 0 ? [counted(later, words.later)] : []),
        ];
  return (
    <p className="soft outcome-known" role="status">
      {told.join(' ')}
    </p>
  );
}

/** Of all events, as of now; 0 until it is known. */
function useEventCount(isAsked: boolean): number {
  const apollo = useApolloClient();
  const { cartId } = useHistory();
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!isAsked) return undefined;
    let isOver = false;
    const variables = { cartId };
    apollo
      .query({ query: CartHistoryLengthDocument, variables, fetchPolicy: 'no-cache' })
      .then(({ data }) => {
        if (!isOver) setCount(data?.cartTimeline.totalCount ?? 0);
      })
      // The number is not needed; the timeline tells what is wrong with this cart.
      .catch(() => undefined);
    return () => {
      isOver = true;
    };
  }, [apollo, cartId, isAsked]);
  return count;
}
