// A cart whose opening nobody waited for: the tab was closed before the answer came. Its command id
// is still on the shelf, and the next visit begins with it.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { OpenCartDocument } from '../../../schema/generated/graphql.ts';
import { forgetfulStorage } from '../../../web/cart-client/cart-shelf.ts';
import { ServiceProcess } from '../../flow/service.js';
import { testedClient } from './client.js';

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
});
afterAll(() => service.remove());

async function customersToken(): Promise<string> {
  const asked = ['token', '--role', 'customer', '--subject', randomUUID()];
  return (await service.run(...asked)).trim();
}

test.each([
  ['in the same currency', 'GBP', false],
  ['in another currency', 'EUR', false],
  ['by a guest who has signed in since', 'GBP', true],
])('%s', async (_how, currency, isSignedIn) => {
  const storage = forgetfulStorage();
  let token: string | undefined;
  const client = testedClient(service, { storage, token: () => token });
  const product = await client.product('71053');
  const input = { currency, commandId: client.shelf.openingId() };
  await client.apollo.mutate({ mutation: OpenCartDocument, variables: { input } });
  if (isSignedIn) token = await customersToken();
  expect(await client.commands.add(product, 2)).toBeNull();
  expect(client.shelf.current.get()).toMatchObject({
    token: isSignedIn ? null : expect.anything(),
  });
  expect(client.shelf.openingId()).not.toBe(input.commandId);
  await client.dispose();
});
