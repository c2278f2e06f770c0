// The README's tour, pasted into a shell as it stands, with the address of a service on another port.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { ServiceProcess } from '../flow/service.js';

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
});
afterAll(() => service.remove());

const readme = new URL('../../README.md', import.meta.url);
const [, afterHeading = ''] = readFileSync(readme, 'utf8').split('\n## A tour\n');
const tour = /```sh\n([\s\S]*?)```/.exec(afterHeading)![1]!;

test("the README's tour answers what it says", async () => {
  const address = 'http://127.0.0.1:4000';
  expect(tour.split(address)).toHaveLength(2);
  const { stdout, stderr } = await promisify(execFile)('bash', [
    ...['-eo', 'pipefail', '-c'],
    tour.replace(address, service.url),
  ]);
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(stderr).toBe('');
  expect(answers).toMatchObject([
    { data: { addItem: { rejection: null, cart: { totals: { total: { decimal: '50.82' } } } } } },
    {
      data: { applyCoupon: { rejection: null, cart: { totals: { total: { decimal: '45.74' } } } } },
    },
    { data: { cartAt: { totals: { total: { decimal: '50.82' } } } } },
    { data: { cartTimeline: { edges: [{}, {}, {}] } } },
    { data: { checkout: { rejection: null, order: { status: 'PLACED' } } } },
    { data: { cart: { order: { total: { decimal: '45.74' } } } } },
  ]);
});
