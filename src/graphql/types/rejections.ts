// A business refusal as data. The interface's concrete type follows from the fields that the
// refusal carries, so that a new refusal of the domain needs no change here.
import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { SafeIntScalar } from '../scalars.js';

@InterfaceType({
  description:
    'A business refusal, as data. `code` is stable; concrete types add fields.\n\n' +
    'Codes: NOT_FOUND, CART_CLOSED, CART_EMPTY, QUANTITY_LIMIT, LINE_LIMIT, COUPON_LIMIT, ' +
    'MONEY_OVERFLOW, CURRENCY_MISMATCH, COUPON_INVALID, COUPON_CURRENCY, COUPON_ALREADY_APPLIED, ' +
    'COUPON_NOT_APPLIED, TOTAL_CHANGED, ALREADY_OPEN, CONFLICT, COMMAND_ID_REUSED, RATE_LIMITED',
  resolveType: (value: object) => {
    if ('currentRevision' in value) return 'RevisionConflict';
    return 'currentTotal' in value ? 'TotalChanged' : 'Refusal';
  },
})
export abstract class Rejection {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType({
  implements: Rejection,
  description: 'A refusal that its code and message say all of',
  simpleResolvers: true,
})
export class Refusal extends Rejection {}

@ObjectType({
  implements: Rejection,
  description: 'code CONFLICT: expectedRevision was stale',
  simpleResolvers: true,
})
export class RevisionConflict extends Rejection {
  @Field(() => Int)
  currentRevision!: number;
}

@ObjectType({
  implements: Rejection,
  description: 'code TOTAL_CHANGED: the cart no longer costs what the shopper saw',
  simpleResolvers: true,
})
export class TotalChanged extends Rejection {
  @Field(() => SafeIntScalar, { description: 'In minor units, as expectedTotal takes it' })
  currentTotal!: number;
}
