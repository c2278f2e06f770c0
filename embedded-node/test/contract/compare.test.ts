// The judge of the transcripts must be able to say no: what it lets pass, and what it does not.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { compare, type Comparison } from './replayer/compare.js';
import { Positions } from './replayer/positions.js';
import { decodeMessage, masked } from './replayer/raw-messages.js';
import { RunValues } from './replayer/run-values.js';
import { isObject, loadTopics, type JsonObject, type Step } from './replayer/transcript.js';

let to: Comparison;

beforeEach(() => {
  to = { values: new RunValues(), positions: new Positions(), unordered: new Set() };
});

function agrees(expected: unknown, observed: unknown): boolean {
  return compare(expected, observed, '', to).length === 0;
}

describe('values', () => {
  test('names and ids stand for those of the run', () => {
    const { digits } = to.values;
    expect(agrees('$ce-<cat>', `$ce-cat_${digits}`)).toBe(true);
    expect(agrees('<id 7>', `00000007-0000-4000-8000-${digits}`)).toBe(true);
    expect(agrees('<cat>', 'cat_000000000000')).toBe(false);
  });

  test('a bigint is no number', () => {
    expect(agrees('5n', 5n)).toBe(true);
    expect(agrees('5n', 5)).toBe(false);
  });

  test('the server makes ids of its own', () => {
    expect(agrees('<uuid>', '6f1c2f4e-9b1d-4a7e-8a51-0c5a4e6f7b10')).toBe(true);
    expect(agrees('<uuid>', to.values.text('<id 1>'))).toBe(false);
  });

  test('a date is one of the last minute', () => {
    expect(agrees('<date>', new Date())).toBe(true);
    expect(agrees('<date>', `${String(Date.now())}0000`)).toBe(true);
    expect(agrees('<date>', new Date(0))).toBe(false);
  });

  test('bytes are compared with the digits of the run in them', () => {
    const bytes = Buffer.from(`0@a_${to.values.digits}`);
    const written = Buffer.from('0@a_RUNRUNRUNRUN').toString('base64');
    expect(agrees({ $bytes: written }, bytes)).toBe(true);
    expect(agrees({ $bytes: written }, Buffer.from('0@a'))).toBe(false);
  });
});

describe('positions', () => {
  test('one name is one number', () => {
    expect(agrees(['<p1>', '<p1>'], [10n, 10n])).toBe(true);
    expect(agrees('<p1>', 11n)).toBe(false);
  });

  test('they grow with their names, whatever comes first', () => {
    expect(agrees(['<p3>', '<p1>', '<p2>'], [30n, 10n, 20n])).toBe(true);
    expect(agrees('<p4>', 25n)).toBe(false);
  });
});

describe('objects', () => {
  test('no key may be missing, and none too many, but for notes', () => {
    expect(agrees({ a: 1, _note: 2 }, { a: 1, _other: 3, gone: undefined })).toBe(true);
    expect(agrees({ a: 1 }, { a: 1, b: 2 })).toBe(false);
    expect(agrees({ a: 1, b: 2 }, { a: 1 })).toBe(false);
  });

  test('order counts in a list unless it is said not to', () => {
    expect(agrees({ list: [1, 2] }, { list: [2, 1] })).toBe(false);
    to = { ...to, unordered: new Set(['list']) };
    expect(agrees({ list: [1, 2] }, { list: [2, 1] })).toBe(true);
    expect(agrees({ list: [1, 1] }, { list: [1, 2] })).toBe(false);
  });
});

/** Every message of the raw steps whose bytes the transcripts give too. */
function recordedMessages(): { step: Step; message: JsonObject }[] {
  const topics = loadTopics(join(import.meta.dirname, 'transcripts'));
  const steps = topics.flatMap(({ cases }) => cases.flatMap((given) => given.steps));
  return steps.flatMap((step) => {
    const messages = step.raw !== undefined && step.expect ? step.expect.messages : [];
    const listed = Array.isArray(messages) ? messages.filter(isObject) : [];
    return listed.map((message) => ({ step, message: message as JsonObject }));
  });
}

test('recorded bytes are decoded as the transcripts write them', () => {
  const withBytes = recordedMessages().filter(({ message }) => '_base64' in message);
  expect(withBytes.length).toBeGreaterThan(20);
  for (const { step, message } of withBytes) {
    const bytes = to.values.bytes(message._base64 as string);
    const decoded = masked(decodeMessage(step.raw!, bytes), step.mask ?? []);
    const unordered = new Set(step.unordered ?? []);
    const positions = new Positions();
    expect(compare(message, decoded, step.raw!, { ...to, positions, unordered })).toEqual([]);
  }
});
