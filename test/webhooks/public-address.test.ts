// Which addresses a webhook may reach, however they are spelled.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { faultOfUrl, isPublicAddress } from '../../src/webhooks/public-address.js';

test.each([
  ...['93.184.216.34', '8.8.8.8', '2606:2800:220:1:248:1893:25c8:1946'],
  '::ffff:93.184.216.34',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ...['127.0.0.1', '127.1.2.3', '10.0.0.1', '172.16.0.1', '192.168.1.1', '169.254.169.254'],
  ...['0.0.0.0', '0.1.2.3', '100.64.0.1', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.1'],
  ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1'],
  ...['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:db8::1', '100::1'],
  ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', 'not an address'],
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test('no address of a private network is public, also as a mapped one of IPv6', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const first = fc.constantFrom('10', '127', '192.168', '169.254', '172.16', '172.31', '0');
  fc.assert(
    fc.property(first, byte, byte, byte, (network, b, c, d) => {
      const address = [...network.split('.').map(Number), b, c, d].slice(0, 4).join('.');
      expect(isPublicAddress(address)).toBe(false);
      expect(isPublicAddress(`::ffff:${address}`)).toBe(false);
    }),
  );
});

test.each([
  'https://127.0.0.1/',
  'https://127.1/',
  'https://0x7f.0.0.1/',
  'https://2130706433/',
  'https://0177.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://shop.localhost/',
  'https://169.254.169.254/latest/meta-data/',
  'https://１２７.0.0.1/',
])('%s cannot be registered', (url) => {
  expect(faultOfUrl(url, false)).toBe('url must not be a private address.');
  expect(faultOfUrl(url, true)).toBeUndefined();
});

test.each([
  ['http://shop.example/', 'url must begin with https://.'],
  ['ftp://shop.example/', 'url must begin with https://.'],
  ['file:///etc/passwd', 'url must begin with https://.'],
  ['https://ann:secret@shop.example/', 'url must not have a user or a password.'],
  ['https://shop.example/#here', 'url must not have a fragment.'],
  ['shop.example', 'url must be a URL of 2,000 characters.'],
  [`https://shop.example/${'a'.repeat(2_000)}`, 'url must be a URL of 2,000 characters.'],
])('%s cannot be registered: %s', (url, fault) => {
  expect(faultOfUrl(url, false)).toBe(fault);
});

test('a public address can be registered', () => {
  expect(faultOfUrl('https://hooks.shop.example:8443/events?to=warehouse', false)).toBeUndefined();
});
