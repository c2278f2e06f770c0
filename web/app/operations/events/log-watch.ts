// The events of the log that a page has loaded, the newest first, and those that arrive while it
// watches. It keeps a bounded number of them; what it lets go can be loaded again.
import type { ApolloClient } from '@apollo/client';
import {
  type EventFilter,
  LogEventsDocument,
  type LogEventFieldsFragment,
  LogGrowsDocument,
} from '../../../../schema/generated/graphql.ts';
import { Store } from '../../../cart-client/store.ts';

export interface LogRow {
  readonly cursor: string;
  readonly event: LogEventFieldsFragment;
}

export interface WatchedLog {
  /** The newest first. */
  readonly rows: readonly LogRow[];
  /** Arrived while the reader looks at older ones. */
  readonly fresh: readonly LogRow[];
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  /** Events that the searches for these have looked at. */
  readonly examined: number;
  readonly tail: 'paused' | 'connecting' | 'live';
  readonly fault: unknown;
}

export const mostRows = 5_000;
const pageSize = 100;
/** Pages of a sparse search that follow each other before the reader is asked to go on. */
const pagesAtOnce = 5;
/** How long arrivals gather before they are drawn, in milliseconds. */
const drawAfterMs = 100;

const nothing: WatchedLog = {
  ...{ rows: [], fresh: [], hasOlder: false, isLoading: true, examined: 0 },
  ...{ tail: 'connecting', fault: undefined },
};

export class LogWatch {
  readonly state = new Store<WatchedLog>(nothing);
  private run = new AbortController();
  private endTail: () => void = () => undefined;
  /** Where the next older page ends. */
  private oldest: string | null = null;
  /** Where the tail goes on. */
  private newest: string | null = null;
  private arrived: LogRow[] = [];
  private drawing: ReturnType<typeof setTimeout> | undefined;
  private isHeld = false;

  constructor(
    private readonly apollo: Pick<ApolloClient, 'query' | 'subscribe'>,
    private readonly filter: EventFilter,
  ) {}

  readonly start = (): void => {
    this.stop();
    this.run = new AbortController();
    const { signal } = this.run;
    this.oldest = null;
    this.newest = null;
    this.state.set(nothing);
    void this.load(signal).then(() => {
      if (!signal.aborted && this.state.get().fault === undefined) this.follow();
    });
  };

  readonly stop = (): void => {
    this.run.abort();
    this.endTail();
    clearTimeout(this.drawing);
    this.drawing = undefined;
    this.arrived = [];
  };

  readonly loadOlder = (): void => {
    const { hasOlder, isLoading } = this.state.get();
    if (hasOlder && !isLoading) void this.load(this.run.signal);
  };

  readonly pause = (): void => {
    this.endTail();
    this.change({ tail: 'paused' });
  };

  readonly resume = (): void => {
    if (this.state.get().tail === 'paused') this.follow();
  };

  /** While held, arrivals wait, so that what the reader looks at does not move away. */
  readonly hold = (isHeld: boolean): void => {
    this.isHeld = isHeld;
    if (!isHeld) this.showFresh();
  };

  readonly showFresh = (): void => {
    const { fresh } = this.state.get();
    if (fresh.length > 0) this.add(fresh);
  };

  /** Searches on until a page is full, but not without end. */
  private async load(signal: AbortSignal): Promise<void> {
    this.change({ isLoading: true, fault: undefined });
    try {
      let found = 0;
      for (let pages = 0; pages < pagesAtOnce && found < pageSize; pages += 1) {
        found += await this.page(pageSize - found, signal);
        if (signal.aborted || !this.state.get().hasOlder) break;
      }
    } catch (fault) {
      if (!signal.aborted) this.change({ fault });
    }
    if (!signal.aborted) this.change({ isLoading: false });
  }

  private async page(last: number, signal: AbortSignal): Promise<number> {
    const { data } = await this.apollo.query({
      query: LogEventsDocument,
      variables: { filter: this.filter, last, before: this.oldest },
      fetchPolicy: 'no-cache',
    });
    if (signal.aborted) return 0;
    if (data === undefined) throw new Error('The log came without data');
    const { edges, pageInfo, examined } = data.events;
    this.newest ??= pageInfo.endCursor ?? null;
    this.oldest = pageInfo.startCursor ?? this.oldest;
    const rows = edges.map(({ cursor, node }) => ({ cursor, event: node })).reverse();
    const { rows: before, examined: so } = this.state.get();
    this.change({
      rows: [...before, ...rows],
      hasOlder: pageInfo.hasPreviousPage,
      examined: so + examined,
    });
    return rows.length;
  }

  private follow(): void {
    this.endTail();
    this.change({ tail: 'connecting' });
    const tail = this.apollo.subscribe({
      query: LogGrowsDocument,
      variables: { filter: this.filter, after: this.newest },
      fetchPolicy: 'no-cache',
    });
    const fail = (fault: unknown) => this.change({ tail: 'paused', fault });
    const subscription = tail.subscribe({
      next: ({ data, error }) => {
        const { event, cursor } = data?.eventsAppended ?? {};
        if (error !== undefined) fail(error);
        else if (event == null) this.change({ tail: 'live' });
        else if (cursor !== undefined) this.arrive({ event, cursor });
      },
      error: fail,
    });
    this.endTail = () => subscription.unsubscribe();
  }

  /** A connection that comes back begins where the subscription began: known events come again. */
  private arrive(row: LogRow): void {
    const known = this.arrived.at(-1) ?? this.state.get().fresh[0] ?? this.state.get().rows[0];
    if (known !== undefined && BigInt(row.event.position) <= BigInt(known.event.position)) return;
    this.newest = row.cursor;
    this.arrived.push(row);
    this.drawing ??= setTimeout(this.draw, drawAfterMs);
  }

  private readonly draw = (): void => {
    this.drawing = undefined;
    const rows = this.arrived.reverse();
    this.arrived = [];
    const { fresh } = this.state.get();
    const all = [...rows, ...fresh];
    if (this.isHeld && all.length < mostRows) this.change({ fresh: all });
    else this.add(all);
  };

  private add(fresh: readonly LogRow[]): void {
    const all = [...fresh, ...this.state.get().rows];
    const rows = all.slice(0, mostRows);
    if (all.length > rows.length) {
      this.oldest = rows.at(-1)?.cursor ?? this.oldest;
      this.change({ hasOlder: true });
    }
    this.change({ rows, fresh: [] });
  }

  private change(change: Partial<WatchedLog>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
