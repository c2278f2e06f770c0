// Stored shapes of a person's events. Stored format: change only by adding a version and an
// upcaster.
import { z } from 'zod';
import { codecOf, firstVersion, keySchema as key, type StoredEventTypes } from '../codec.js';
import type { PersonEvent } from './events.js';

export const storedPersonEvents: StoredEventTypes<PersonEvent> = {
  PersonErased: firstVersion(z.object({ keyId: key })),
};

export const personCodec = codecOf<PersonEvent>(storedPersonEvents, ({ data }) => data.keyId);
