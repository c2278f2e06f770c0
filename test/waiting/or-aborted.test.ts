import { expect, test } from '@jest/globals';
import { orAborted } from '../../src/waiting/or-aborted.js';

const never = new Promise<string>(() => undefined);

test('what comes before an abort is the outcome, an error too', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve('answer'), signal)).toBe('answer');
  expect(await orAborted(Promise.resolve('answer'), undefined)).toBe('answer');
  await expect(orAborted(Promise.reject(new Error('fault')), signal)).rejects.toThrow('fault');
});

test('an abort ends the wait, before it as well as during it', async () => {
  expect(await orAborted(never, AbortSignal.abort())).toBeUndefined();
  const stopping = new AbortController();
  const waiting = orAborted(never, stopping.signal);
  stopping.abort();
  expect(await waiting).toBeUndefined();
});

test('a fault after the abort is dropped', async () => {
  const late = new Promise<string>((_, reject) => setImmediate(() => reject(new Error('late'))));
  const waiting = orAborted(late, AbortSignal.abort());
  await expect(late).rejects.toThrow('late');
  expect(await waiting).toBeUndefined();
});
