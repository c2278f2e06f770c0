// What /metrics shows, as OpenTelemetry's metrics: read from the same registry at each export, so
// that nothing is counted twice. Names, labels and buckets stay as they are.
import { type HrTime, ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';

type Labels = Readonly<Partial<Record<string, string | number>>>;

/** As prom-client gives it; its types leave out the names of a histogram's values. */
interface RegistryValue {
  readonly value: number;
  readonly labels: Labels;
  readonly metricName?: string;
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

export class RegistryMetrics implements MetricProducer {
  private readonly startTime: HrTime;

  /** @param startedAt when the registry began to count, in milliseconds since 1970 */
  constructor(
    private readonly registry: Registry,
    startedAt: number,
    private readonly now: () => number,
  ) {
    this.startTime = millisToHrTime(startedAt);
  }

  /** Never rejects: a part that cannot be asked is told as an error. */
  async collect(): Promise<CollectionResult> {
    const resource = emptyResource();
    try {
      const all = await this.registry.getMetricsAsJSON();
      const times = { startTime: this.startTime, endTime: millisToHrTime(this.now()) };
      const metrics = all.flatMap(({ name, help, type, values }) => {
        // At run time the type is a word, and prom-client's own types say a number.
        const described = { name, help, type: String(type) };
        return metricOf(described, values, times) ?? [];
      });
      const scopeMetrics = [{ scope: { name: 'cartograph' }, metrics }];
      return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
    } catch (error) {
      return { resourceMetrics: { resource, scopeMetrics: [] }, errors: [error] };
    }
  }
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
}

/** Undefined for a summary, which OpenTelemetry's SDK does not have; the service has none. */
function metricOf(
  { name, help, type }: Described,
  values: readonly RegistryValue[],
  times: Times,
): MetricData | undefined {
  const common = {
    descriptor: { name, description: help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  switch (type) {
    case 'counter': {
      const dataPoints = numbersOf(values, times);
      return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
    }
    case 'gauge':
      return {
        ...common,
        dataPointType: DataPointType.GAUGE,
        dataPoints: numbersOf(values, times),
      };
    case 'histogram': {
      const dataPoints = histogramsOf(name, values, times);
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    default:
      return undefined;
  }
}

function numbersOf(values: readonly RegistryValue[], times: Times): DataPoint<number>[] {
  return values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ value, labels }) => ({ ...times, attributes: { ...labels }, value }));
}

/** The values of one histogram with the same labels, but that of the bucket. */
function histogramsOf(
  name: string,
  values: readonly RegistryValue[],
  times: Times,
): DataPoint<Histogram>[] {
  const series = new Map<string, { readonly labels: Labels; readonly values: RegistryValue[] }>();
  for (const value of values) {
    const others = Object.entries(value.labels).filter(([label]) => label !== 'le');
    const key = JSON.stringify(others.sort());
    const labels = Object.fromEntries(others);
    const one = series.get(key) ?? { labels, values: [] };
    one.values.push(value);
    series.set(key, one);
  }
  return [...series.values()].map(({ labels, values: own }) => ({
    ...times,
    attributes: { ...labels },
    value: histogramOf(name, own),
  }));
}

function histogramOf(name: string, values: readonly RegistryValue[]): Histogram {
  const valueOf = (suffix: string) =>
    values.find(({ metricName }) => metricName === `${name}_${suffix}`)?.value ?? 0;
  const buckets = values
    .filter(({ metricName, labels }) => metricName === `${name}_bucket` && isNumber(labels['le']))
    .map(({ value, labels }) => ({ upTo: Number(labels['le']), value }))
    .sort((a, b) => a.upTo - b.upTo);
  const count = valueOf('count');
  // Prometheus counts each bucket with the ones below it; OpenTelemetry has one more, above all.
  const upTo = [...buckets.map(({ value }) => value), count];
  const counts = upTo.map((value, n) => value - (upTo[n - 1] ?? 0));
  const boundaries = buckets.map((bucket) => bucket.upTo);
  return { buckets: { boundaries, counts }, sum: valueOf('sum'), count };
}

function isNumber(label: string | number | undefined): boolean {
  return label !== undefined && Number.isFinite(Number(label));
}
