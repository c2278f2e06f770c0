// The rows of staff's looks at carts: a row for each look, which nothing changes.
import type { CartAccessed } from '../domain/access/events.js';
import type { Recorded } from '../domain/decider.js';
import { storable } from '../domain/text.js';
import type { RecordedAccess } from '../read-models/access-list.js';
import type { ProjectedEvent, Projection } from './projection.js';

interface AccessRow {
  readonly access_id: string;
  readonly cart_id: string;
  readonly subject: string;
  readonly looked_at: number;
  readonly state: RecordedAccess;
}

function isAccess(event: ProjectedEvent): event is Recorded<CartAccessed> & ProjectedEvent {
  return event.type === 'CartAccessed';
}

export const accesses: Projection<AccessRow> = {
  name: 'accesses',
  version: 1,
  table: {
    key: 'access_id',
    columns: {
      access_id: 'text',
      cart_id: 'text',
      subject: 'text',
      looked_at: 'integer',
      state: 'json',
    },
    indexes: [
      ['looked_at', 'access_id'],
      ['cart_id', 'looked_at', 'access_id'],
      ['subject', 'looked_at', 'access_id'],
    ],
  },
  keyOf: (event) => (isAccess(event) ? event.id : undefined),
  evolve(_row, event) {
    if (!isAccess(event)) throw new TypeError(`${event.type} is no look at a cart`);
    const { id, occurredAt: at, data } = event;
    const { cartId, subject } = data;
    return {
      access_id: id,
      cart_id: cartId,
      subject: storable(subject),
      looked_at: at,
      state: { id, at, ...data },
    };
  },
};
