// The events of one cart, loaded page by page from the newest back to the first, and followed live;
// or those that were recorded by an instant.
import type { ApolloClient } from '@apollo/client';
import {
  CartHistoryDocument,
  CartHistoryGrowsDocument,
  type CartHistoryQuery,
  type CartHistoryQueryVariables,
  type HistoryEventFieldsFragment,
} from '../../../schema/generated/graphql.ts';
import { Store } from '../../cart-client/store.ts';
import { codeOf } from '../faults.ts';
import { patiently } from './patiently.ts';

export type HistoryEvent = HistoryEventFieldsFragment;

export interface LoadedPast {
  /** By revision. An event that is not loaded yet is undefined. */
  readonly events: readonly (HistoryEvent | undefined)[];
  /** How many are loaded; all from this many before the end. */
  readonly loaded: number;
  /** False until the newest events are there. */
  readonly isRead: boolean;
  readonly fault: unknown;
}

/** The largest page that the service lets this query have, and the smallest worth a request. */
const pageSize = 180;
const leastPageSize = 10;

const nothing: LoadedPast = { events: [], loaded: 0, isRead: false, fault: undefined };

export class CartPast {
  readonly state = new Store<LoadedPast>(nothing);
  private size = pageSize;
  private run = new AbortController();
  private recordedBy: string | null = null;

  constructor(
    private readonly apollo: ApolloClient,
    readonly cartId: string,
  ) {}

  /**
   * Loads and follows until `stop`; what was loaded before stays until the newest events are there.
   * A fault ends it, and is part of the state.
   *
   * @param recordedBy loads what was recorded by this instant, RFC 3339, and follows nothing
   */
  readonly start = (recordedBy: string | null): void => {
    this.run.abort();
    this.run = new AbortController();
    this.recordedBy = recordedBy;
    const { signal } = this.run;
    this.state.set({ ...this.state.get(), fault: undefined });
    this.load(signal).catch((fault: unknown) => {
      if (!signal.aborted) this.state.set({ ...this.state.get(), fault });
    });
  };

  readonly stop = (): void => this.run.abort();

  private async load(signal: AbortSignal): Promise<void> {
    let page = await this.page({}, signal);
    signal.throwIfAborted();
    this.state.set({ ...nothing, isRead: true });
    this.add(page);
    if (this.recordedBy === null) this.follow(signal);
    while (page.pageInfo.hasPreviousPage && page.pageInfo.startCursor != null) {
      page = await this.page({ before: page.pageInfo.startCursor }, signal);
      signal.throwIfAborted();
      this.add(page);
    }
  }

  /** A cart of very many lines is loaded in smaller pages: the service limits what a page costs. */
  private async page(
    place: Pick<CartHistoryQueryVariables, 'before' | 'after'>,
    signal: AbortSignal,
  ) {
    for (;;) {
      const side = place.after === undefined ? { last: this.size } : { first: this.size };
      const { cartId, recordedBy: asRecordedAt } = this;
      const variables = { cartId, asRecordedAt, ...place, ...side };
      try {
        const { cartTimeline } = await patiently(async () => {
          const { data } = await this.apollo.query({
            query: CartHistoryDocument,
            variables,
            fetchPolicy: 'no-cache',
          });
          if (data === undefined) throw new Error('The history came without data');
          return data;
        }, signal);
        return cartTimeline;
      } catch (error) {
        if (codeOf(error) !== 'QUERY_TOO_COMPLEX' || this.size <= leastPageSize) throw error;
        this.size = Math.max(leastPageSize, Math.floor(this.size / 2));
      }
    }
  }

  private follow(signal: AbortSignal): void {
    const afterRevision = this.state.get().events.length - 1;
    const growing = this.apollo.subscribe({
      query: CartHistoryGrowsDocument,
      variables: { cartId: this.cartId, afterRevision },
      fetchPolicy: 'no-cache',
    });
    const fail = (fault: unknown) => {
      if (!signal.aborted) this.state.set({ ...this.state.get(), fault });
    };
    const subscription = growing.subscribe({
      next: ({ data, error }) => {
        if (error !== undefined) fail(error);
        else if (data?.cartChanged.event != null) this.addEvents([data.cartChanged.event]);
        // The service no longer knows where this page was: what is missing is read.
        else if (data !== undefined) void this.catchUp(signal).catch(fail);
      },
      error: fail,
    });
    signal.addEventListener('abort', () => subscription.unsubscribe());
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    const known = this.state.get().events.length - 1;
    let before: string | null = null;
    let first = Infinity;
    while (first > known + 1) {
      const page = await this.page({ before }, signal);
      if (signal.aborted) return;
      this.add(page);
      first = page.edges[0]?.node.revision ?? 0;
      before = page.pageInfo.startCursor ?? null;
    }
  }

  private add({ edges }: CartHistoryQuery['cartTimeline']): void {
    this.addEvents(edges.map(({ node }) => node));
  }

  private addEvents(found: readonly HistoryEvent[]): void {
    const { events, isRead } = this.state.get();
    const length = Math.max(events.length, ...found.map(({ revision }) => revision + 1));
    const all: (HistoryEvent | undefined)[] = Array.from(events);
    all.length = length;
    for (const event of found) all[event.revision] = event;
    // Holes of an array are skipped by its methods; these are entries.
    const filled = Array.from(all);
    const loaded = filled.reduce((count, event) => count + (event === undefined ? 0 : 1), 0);
    this.state.set({ events: filled, loaded, isRead, fault: undefined });
  }
}
