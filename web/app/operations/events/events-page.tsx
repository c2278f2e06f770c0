// The event browser: the log, the newest first, with filters and a live tail, and what one event
// holds beside it.
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useMemo, useState } from 'react';
import { Button } from '../../../design/button.tsx';
import { Drawer } from '../../../design/layer.tsx';
import { Badge } from '../../../design/states.tsx';
import type { EventFilter } from '../../../../schema/generated/graphql.ts';
import { useStore } from '../../../cart-client/use-store.ts';
import { useSignedIn } from '../../session-context.ts';
import { FilterForm } from '../finding/filter-form.tsx';
import { type FilterField, type Filters, given, useFilters } from '../finding/filters.ts';
import { ReasonBar } from '../finding/reason-bar.tsx';
import { findingTexts } from '../finding/texts.ts';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { EventContent } from './event-content.tsx';
import { LogList } from './log-list.tsx';
import { LogWatch, type WatchedLog } from './log-watch.ts';
import { useIsWide } from './use-is-wide.ts';
import '../finding/finding.css';
import './events.css';

const words = findingTexts.events;

type Name = 'category' | 'types' | 'stream' | 'correlationId' | 'from' | 'until';

const fields: readonly FilterField<Name>[] = [
  { name: 'category', label: words.filters.category, hint: words.filters.categoryHint },
  { name: 'types', label: words.filters.types, hint: words.filters.typesHint },
  { name: 'stream', label: words.filters.stream },
  { name: 'correlationId', label: words.filters.correlation },
  { name: 'from', label: words.filters.from, type: 'datetime-local' },
  { name: 'until', label: words.filters.until, type: 'datetime-local' },
];

export default function EventsPage() {
  const state = useFilters(fields);
  const filter = useMemo(() => filterOf(state.values), [state.values]);
  const watch = useLogWatch(filter);
  const log = useStore(watch.state);
  return (
    <>
      <PlaceHead
        title={operationsTexts.places.events}
        about={words.about}
        actions={<TailControl watch={watch} log={log} />}
      />
      <div className="stack">
        <ReasonBar />
        <FilterForm label={words.about} fields={fields} state={state} />
        {log.fault !== undefined && log.rows.length === 0 ? (
          <QueryState error={log.fault as Error} onRetry={watch.start} />
        ) : (
          <Browser key={JSON.stringify(filter)} watch={watch} log={log} />
        )}
      </div>
    </>
  );
}

/** Another filter is another watch; so is another person. */
function useLogWatch(filter: EventFilter): LogWatch {
  const apollo = useApolloClient();
  const token = useSignedIn()?.token;
  const watch = useMemo(
    () => ({ log: new LogWatch(apollo, filter), token }),
    [apollo, filter, token],
  ).log;
  useEffect(() => {
    watch.start();
    return watch.stop;
  }, [watch]);
  return watch;
}

function Browser({ watch, log }: { readonly watch: LogWatch; readonly log: WatchedLog }) {
  const isWide = useIsWide();
  const [chosen, choose] = useState<string | null>(null);
  const event = log.rows.find(({ event: { id } }) => id === chosen)?.event;
  return (
    <div className="event-browser">
      <LogList watch={watch} log={log} chosen={chosen} onChoose={choose} />
      {isWide ? (
        <section className="panel event-side" aria-label={words.detail}>
          {event === undefined ? (
            <p className="soft">{words.pick}</p>
          ) : (
            <EventContent key={event.id} event={event} />
          )}
        </section>
      ) : (
        <Drawer
          open={event !== undefined}
          onClose={() => choose(null)}
          title={event?.type ?? words.detail}
          closeLabel={words.close}
        >
          {event !== undefined && <EventContent key={event.id} event={event} isTitled />}
        </Drawer>
      )}
    </div>
  );
}

interface TailControlProps {
  readonly watch: LogWatch;
  readonly log: WatchedLog;
}

function TailControl({ watch, log: { tail } }: TailControlProps) {
  if (tail === 'paused') {
    return (
      <Button icon="play" onClick={watch.resume}>
        {words.resume}
      </Button>
    );
  }
  return (
    <>
      <span role="status">
        <Badge tone={tail === 'live' ? 'good' : 'plain'} dot>
          {tail === 'live' ? words.live : words.connecting}
        </Badge>
      </span>
      <Button icon="pause" onClick={watch.pause}>
        {words.pause}
      </Button>
    </>
  );
}

function filterOf({ types, from, until, ...others }: Filters<Name>): EventFilter {
  const named = types.split(/[\s,]+/).filter((type) => type !== '');
  return {
    ...given(others),
    ...(named.length > 0 && { types: named }),
    ...given({ recordedFrom: instantOf(from), recordedBefore: instantOf(until) }),
  };
}

/** A day and time of the reader's own; undefined for none. */
function instantOf(local: string): string | undefined {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
