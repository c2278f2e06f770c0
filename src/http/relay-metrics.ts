// The relay's figures among the metrics.
import { Gauge, type Registry } from 'prom-client';

export interface WatchedRelay {
  readonly state: string;
  /** When the store wrote the last event that was relayed, in milliseconds since 1970; 0: none. */
  readonly recordedAt: number;
  readonly lastDelayMs: number;
  readonly written: number;
  readonly duplicates: number;
}

const states = ['WAITING', 'CATCHING_UP', 'LIVE', 'RETRYING', 'REFUSED'];

export function watchRelay(registry: Registry, status: () => WatchedRelay): void {
  const gauge = (name: string, help: string, valueOf: (relay: WatchedRelay) => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(valueOf(status()));
      },
    });
  gauge(
    'cartograph_relay_lag_seconds',
    'Age of the last event that was relayed; 0 when the topics have every event',
    ({ state, recordedAt }) =>
      state === 'LIVE' || recordedAt === 0 ? 0 : Math.max(0, Date.now() - recordedAt) / 1_000,
  );
  gauge(
    'cartograph_relay_delay_seconds',
    "From the store's write of the last event to the brokers' acknowledgement",
    ({ lastDelayMs }) => lastDelayMs / 1_000,
  );
  gauge('cartograph_relay_events_total', 'Events written since the start', (one) => one.written);
  gauge(
    'cartograph_relay_duplicates_total',
    'Events that an earlier relay wrote a second time',
    ({ duplicates }) => duplicates,
  );
  new Gauge({
    name: 'cartograph_relay_state',
    help: '1 for the state of the relay, 0 for every other',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { state } = status();
      for (const each of states) this.set({ state: each }, each === state ? 1 : 0);
    },
  });
}
