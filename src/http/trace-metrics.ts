// What became of the spans, among the metrics.
import { Gauge, type Registry } from 'prom-client';

export interface CountedSpans {
  readonly exported: number;
  readonly dropped: number;
}

export function watchSpans(registry: Registry, counts: () => CountedSpans): void {
  const gauge = (name: string, help: string, valueOf: (counts: CountedSpans) => number) =>
    new Gauge({
      ...{ name, help, registers: [registry] },
      collect() {
        this.set(valueOf(counts()));
      },
    });
  gauge('cartograph_spans_exported_total', 'Spans that the collector took', (one) => one.exported);
  gauge(
    'cartograph_spans_dropped_total',
    'Spans that were dropped: too many waited, or the collector did not take them',
    (one) => one.dropped,
  );
}
