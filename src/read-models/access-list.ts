// The query for staff's looks at carts, the newest first.
import type { CartAccessed } from '../domain/access/events.js';
import type { Dialect } from './database.js';
import { type ListStatement, type TimePageRange, timeListStatement } from './time-list.js';
import { parsed } from './stored-rows.js';

export interface RecordedAccess extends Readonly<CartAccessed['data']> {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** Null: any. Instants in milliseconds since 1970. */
export interface WantedAccesses extends TimePageRange {
  readonly cartId: string | null;
  readonly subject: string | null;
  readonly from: number | null;
  readonly until: number | null;
}

export function accessesStatement(
  wanted: WantedAccesses,
  dialect: Pick<Dialect, 'keySearch'>,
): ListStatement {
  const { cartId, subject, from, until } = wanted;
  return timeListStatement(
    { key: 'access_id', at: 'looked_at' },
    wanted,
    ({ param }) => [
      ...(cartId === null ? [] : [`cart_id = ${param(cartId)}`]),
      ...(subject === null ? [] : [`subject = ${param(subject)}`]),
      ...(from === null ? [] : [`looked_at >= ${param(from)}`]),
      ...(until === null ? [] : [`looked_at < ${param(until)}`]),
    ],
    dialect,
  );
}

export function accessIn(state: string): RecordedAccess {
  return parsed(state) as RecordedAccess;
}
