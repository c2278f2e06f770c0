// The figures of the registry, as OpenTelemetry's metrics.
import { expect, test } from '@jest/globals';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Metrics } from '../../src/http/metrics.js';
import { RegistryMetrics } from '../../src/telemetry/registry-metrics.js';

async function collected(registry: Registry): Promise<Map<string, MetricData>> {
  const { resourceMetrics, errors } = await new RegistryMetrics(
    registry,
    1_000,
    () => 2_500,
  ).collect();
  expect(errors).toEqual([]);
  const [scope] = resourceMetrics.scopeMetrics;
  return new Map((scope?.metrics ?? []).map((metric) => [metric.descriptor.name, metric]));
}

test('a counter is a monotonic sum since the start', async () => {
  const registry = new Registry();
  const counter = new Counter({
    ...{ name: 'asked_total', help: 'Questions', labelNames: ['by'], registers: [registry] },
  });
  counter.inc({ by: 'ann' }, 2);
  counter.inc({ by: 'bob' });
  expect((await collected(registry)).get('asked_total')).toMatchObject({
    descriptor: { name: 'asked_total', description: 'Questions' },
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [
      { attributes: { by: 'ann' }, value: 2, startTime: [1, 0], endTime: [2, 500_000_000] },
      { attributes: { by: 'bob' }, value: 1 },
    ],
  });
});

test('a gauge is collected anew each time; what is not a number is left out', async () => {
  const registry = new Registry();
  const values = [1, NaN, 3];
  new Gauge({
    ...{ name: 'level', help: 'Now', registers: [registry] },
    collect() {
      this.set(values.shift() ?? 0);
    },
  });
  const points = async () => {
    const metric = (await collected(registry)).get('level');
    return metric?.dataPoints.map(({ value }) => value);
  };
  expect([await points(), await points(), await points()]).toEqual([[1], [], [3]]);
});

test('a histogram has each bucket by itself, and one above all', async () => {
  const registry = new Registry();
  const histogram = new Histogram({
    ...{ name: 'took', help: 'Took', labelNames: ['what'], registers: [registry] },
    buckets: [1, 2, 5],
  });
  for (const value of [0.5, 1, 1.5, 4, 9, 10]) histogram.observe({ what: 'a' }, value);
  histogram.observe({ what: 'b' }, 3);
  expect((await collected(registry)).get('took')).toMatchObject({
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [
      {
        attributes: { what: 'a' },
        value: { buckets: { boundaries: [1, 2, 5], counts: [2, 1, 1, 2] }, sum: 26, count: 6 },
      },
      { attributes: { what: 'b' }, value: { buckets: { counts: [0, 0, 1, 0] }, sum: 3, count: 1 } },
    ],
  });
});

test('every figure of the service is there, in the same registry', async () => {
  const { registry } = new Metrics(() => []);
  const shown = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  expect(shown.length).toBeGreaterThan(20);
  expect([...(await collected(registry)).keys()].sort()).toEqual(shown.sort());
});

test('a registry that cannot be asked is an error, not a crash', async () => {
  const registry = new Registry();
  new Gauge({
    ...{ name: 'broken', help: 'Broken', registers: [registry] },
    collect: () => Promise.reject(new Error('away')),
  });
  const { errors, resourceMetrics } = await new RegistryMetrics(registry, 0, () => 0).collect();
  expect(errors.map(String)).toEqual(['Error: away']);
  expect(resourceMetrics.scopeMetrics).toEqual([]);
});
