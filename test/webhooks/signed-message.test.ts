// A message as its receiver verifies it, with nothing but the documented headers and the secret.
import { expect, test } from '@jest/globals';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { bodyOf, shownSecret, signedMessage } from '../../src/webhooks/signed-message.js';
import { NOON } from '../controls/recorded.js';
import { StoredLog } from '../controls/stored-log.js';

const secret = Buffer.alloc(32, 7);

/** As docs/webhooks.md tells receivers. */
function isGenuine(
  headers: Readonly<Record<string, string>>,
  body: string,
  shown: string,
): boolean {
  const key = Buffer.from(shown.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest();
  return headers['webhook-signature']!.split(' ').some((one) => {
    const [version, signature = ''] = one.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

test('a receiver with the secret can tell a genuine message from a changed one', () => {
  const { body, headers } = signedMessage('an-id', '{"a":1}', [secret], NOON + 999);
  const shown = shownSecret(secret);
  expect(isGenuine(headers, body, shown)).toBe(true);
  expect(headers['webhook-timestamp']).toBe(String(NOON / 1_000));
  expect(isGenuine(headers, `${body} `, shown)).toBe(false);
  expect(isGenuine({ ...headers, 'webhook-id': 'another' }, body, shown)).toBe(false);
  expect(isGenuine({ ...headers, 'webhook-timestamp': '1' }, body, shown)).toBe(false);
  expect(isGenuine(headers, body, shownSecret(Buffer.alloc(32, 8)))).toBe(false);
});

test('the signature is that of Standard Webhooks', () => {
  const message = signedMessage('msg_1', '{}', [Buffer.from('a key')], 1_000);
  const expected = createHmac('sha256', 'a key').update('msg_1.1.{}').digest('base64');
  expect(message.headers['webhook-signature']).toBe(`v1,${expected}`);
});

test('while two secrets count, a receiver with either of them can tell', () => {
  const old = Buffer.alloc(32, 8);
  const { body, headers } = signedMessage('an-id', '{}', [secret, old], NOON);
  for (const each of [secret, old]) expect(isGenuine(headers, body, shownSecret(each))).toBe(true);
  expect(isGenuine(headers, body, shownSecret(Buffer.alloc(32, 9)))).toBe(false);
});

test('the body is the event as the log has it, and names the encrypted fields', () => {
  const log = new StoredLog();
  const sealed = { keyId: 'a key', sealed: 'a text' };
  const data = { lines: [{ sku: 'MUG' }], contact: sealed, shipping: { address: sealed } };
  const stored = log.appendRaw('order-1', 'OrderPlaced', data, 4);
  const actor = { kind: 'customer', subject: 'ann' };
  const event = { ...stored, metadata: { ...stored.metadata, actor, commandId: 'an id' } };
  expect(JSON.parse(bodyOf(event))).toEqual({
    ...{ id: stored.id, type: 'OrderPlaced', schemaVersion: 4, stream: 'order-1', revision: 0 },
    ...{ position: String(stored.position), timestamp: new Date(NOON).toISOString(), data },
    encrypted: ['contact', 'shipping.address'],
  });
});
