// Stored shapes of looks at carts. Stored format: change only by adding a version and an upcaster.
import { z } from 'zod';
import { codecOf, keySchema as key, type StoredEventTypes } from '../codec.js';
import type { AccessEvent } from './events.js';

export const storedAccessEvents: StoredEventTypes<AccessEvent> = {
  CartAccessed: {
    schema: z.object({
      cartId: key,
      subject: z.string(),
      role: z.string(),
      reason: z.string().nullable(),
    }),
    olderSchemas: [z.object({ cartId: key, subject: z.string(), reason: z.string() })],
    // Only support had to leave a record.
    upcasters: [(data) => ({ ...data, role: 'support' })],
  },
};

export const accessCodec = codecOf<AccessEvent>(storedAccessEvents, ({ data }) => data.cartId);
