// What a metadata event says, from its bytes: which properties count, and what makes all of them
// void.
import { expect, test } from '@jest/globals';
import { DELETED_TB, metadataOf } from '../src/log/stream-metadata.js';

function saidBy(text: string, isJson = true) {
  return metadataOf({
    position: 64,
    stream: '$$s',
    revision: '0',
    id: '00000000-0000-0000-0000-000000000001',
    type: '$metadata',
    isJson,
    createdMs: 0,
    data: Buffer.from(text),
    metadata: new Uint8Array(),
  });
}

test.each([
  ['{"$maxCount":3}', { maxCount: 3 }],
  ['{"$maxAge":60}', { maxAgeMs: 60_000 }],
  ['{"$tb":0}', { truncateBefore: 0n }],
  ['{"$tb":9223372036854775807}', { truncateBefore: DELETED_TB }],
  ['{"$maxCount":1,"$maxCount":2}', { maxCount: 2 }],
  ['\uFEFF{"$maxCount":3}', { maxCount: 3 }],
  ['{"$maxCount":3,"$cacheControl":5,"$tmp":true,"own":"$maxCount"}', { maxCount: 3 }],
  ['{"$maxCount":3,"own":{"$maxCount":1.5}}', { maxCount: 3 }],
])('%s counts', (text, metadata) => {
  expect(saidBy(text)).toEqual(metadata);
});

test.each(['"$maxCount":0', '"$maxAge":-1', '"$cacheControl":0', '"$tb":-1'])(
  '%s is as good as absent',
  (property) => {
    expect(saidBy(`{${property}}`)).toEqual({});
    expect(saidBy(`{${property},"$acl":{"$r":"ops"}}`)).toEqual({ acl: { $r: ['ops'] } });
  },
);

test.each([
  '"$maxCount":2.0',
  '"$maxCount":1e1',
  '"$maxCount":"2"',
  '"$maxCount":null',
  '"$maxCount":9223372036854775808',
  '"$tb":1.5',
  '"$maxAge":922337203686',
  '"$cacheControl":-922337203686',
  '"$tmp":1',
  '"$acl":null',
  '"$acl":{"$x":"ops"}',
])('%s makes all of it void', (property) => {
  expect(saidBy(`{"$maxCount":3,${property}}`)).toEqual({});
});

test.each([
  ['', true],
  ['[]', true],
  ['{"$maxCount":', true],
  ['{"$maxCount":3}', false],
])('%j says nothing where it is JSON: %s', (text, isJson) => {
  expect(saidBy(text, isJson)).toEqual({});
});
