// A small order soak: the full size is `npm run soak:orders`.
import { expect, test } from '@jest/globals';
import { describeOnPostgres } from '../../read-models/databases.js';
import { orderSoak, SETTLED_WITHIN_MS } from './order-soak.js';

describeOnPostgres('two instances under kills', () => {
  test('give each order one charge, one reservation, and one mail and webhook of each kind', async () => {
    const seed = Date.now() % 1_000_000;
    const patience = { mailsWithinMs: 0, webhooksWithinMs: 60_000 };
    const sizes = { orders: 40, kills: 3, rareUnits: 4, ...patience };
    const result = await orderSoak({ ...sizes, seed });
    expect({ seed, findings: result.findings }).toEqual({ seed, findings: [] });
    expect(result.paid).toBeGreaterThan(0);
    expect(result.cancelled).toBeGreaterThan(0);
    expect(result.kills).toBe(3);
    expect(result.mails).toBeGreaterThan(0);
    expect(result.webhooks).toBeGreaterThan(0);
    expect(result.webhooks).toBe(result.webhooksDue);
    expect(result.settledAfterMs).toBeLessThan(SETTLED_WITHIN_MS);
  }, 240_000);
});
