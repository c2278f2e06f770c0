// Compressed bodies: what they may be compressed with, how it is written, and how much comes out.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { answer, codeOf, serve, type Served } from './served.js';

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(() => served.stop());

const same = (text: string) => Buffer.from(text);
const ways: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['zstd', zstdCompressSync],
  ['identity', same],
  ['Identity', same],
];

async function send(encoding: string, body: Buffer) {
  const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
  return answer(
    await fetch(served.graphqlUrl, { method: 'POST', headers, body: new Uint8Array(body) }),
  );
}

test.each(ways)('a body with content-encoding %s is read', async (encoding, compress) => {
  const read = await send(encoding, compress('{"query":"{ __typename }"}'));
  expect([read.status, read.body.data]).toEqual([200, { __typename: 'Query' }]);
});

test.each(ways)(
  'ten megabytes with content-encoding %s are too many',
  async (encoding, compress) => {
    const refused = await send(encoding, compress(`"${'a'.repeat(10_000_000)}"`));
    expect([refused.status, codeOf(refused)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  },
);

test.each(['compress', 'gzip, gzip', 'exi'])(
  'a body with content-encoding %s is refused, and told what is read',
  async (encoding) => {
    const refused = await send(encoding, gzipSync('{"query":"{ __typename }"}'));
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_REQUEST']);
    expect(refused.body.errors?.[0]?.message).toContain('gzip, br, deflate, zstd');
  },
);

test('a body that is not what its encoding says cannot be read', async () => {
  const cut = gzipSync('{"query":"{ __typename }"}').subarray(0, 20);
  for (const body of [cut, Buffer.from('{"query":"{ __typename }"}')]) {
    const refused = await send('gzip', body);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'BAD_REQUEST']);
  }
});
