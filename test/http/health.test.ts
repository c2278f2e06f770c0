// Whether a part that is not ready is named, whatever way it fails in.
import { expect, test } from '@jest/globals';
import { serve } from './served.js';

test('a part that fails, or says nothing, makes the service not ready', async () => {
  const served = await serve({
    readiness: [
      { part: 'good', problem: () => Promise.resolve(undefined) },
      { part: 'late', problem: () => Promise.resolve('3 events behind') },
      { part: 'broken', problem: () => Promise.reject(new Error('no connection')) },
      { part: 'silent', problem: () => new Promise(() => undefined) },
    ],
  });
  const response = await fetch(`${served.url}/health/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    status: 'not ready',
    parts: {
      good: 'ready',
      late: '3 events behind',
      broken: 'no connection',
      silent: 'no answer in 2000 ms',
    },
  });
  expect((await fetch(`${served.url}/health/live`)).status).toBe(200);
  await served.stop();
});
