// Whether the figures tell of the troubles that the alerts wait for.
import { expect, test } from '@jest/globals';
import { Metrics } from '../../src/http/metrics.js';
import { serve } from './served.js';

async function figures(url: string): Promise<string[]> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  return (await response.text()).split('\n');
}

test('shows a stopped projection, its lag and drift, and an unavailable part', async () => {
  const drift = { differing: 5, unexplained: 2, money: { GBP: -250n }, countedAt: 1_500 };
  const metrics = new Metrics(() => [
    { name: 'cart', state: 'LIVE', lagEvents: 0, lagMs: 0, drift },
    { name: 'order', state: 'STOPPED', lagEvents: 7, lagMs: 1_500, drift: null },
  ]);
  metrics.countCommand('addItem', 'fault');
  const served = await serve({
    metrics,
    readiness: [
      { part: 'read models', problem: () => Promise.resolve(undefined) },
      { part: 'event store', problem: () => Promise.reject(new Error('no connection')) },
    ],
  });
  try {
    expect(await figures(served.url)).toEqual(
      expect.arrayContaining([
        'cartograph_projection_stopped{projection="cart"} 0',
        'cartograph_projection_stopped{projection="order"} 1',
        'cartograph_projection_lag_events{projection="order"} 7',
        'cartograph_projection_lag_seconds{projection="order"} 1.5',
        'cartograph_projection_drift_rows{projection="cart"} 5',
        'cartograph_projection_drift_unexplained_rows{projection="cart"} 2',
        'cartograph_projection_drift_unexplained_rows{projection="order"} 0',
        'cartograph_projection_drift_counted_timestamp_seconds{projection="cart"} 1.5',
        'cartograph_projection_drift_minor_units{projection="cart",currency="GBP"} -250',
        'cartograph_part_ready{part="read models"} 1',
        'cartograph_part_ready{part="event store"} 0',
        'cartograph_commands_total{command="addItem",outcome="fault"} 1',
      ]),
    );
  } finally {
    await served.stop();
  }
});
