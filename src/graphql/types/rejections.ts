// The API's rejections. The concrete type follows from the rejection's fields, so a new rejection
// of the domain needs no change here.
import { Field, ID, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { rejectionCodes, type RejectionCode } from '../../domain/rejection.js';
import { SafeIntScalar } from '../scalars.js';

const codes = Object.keys(rejectionCodes) as RejectionCode[];

export const RejectionCodeEnum = Object.fromEntries(codes.map((code) => [code, code]));
registerEnumType(RejectionCodeEnum, {
  name: 'RejectionCode',
  description:
    'Every code that a rejection can have, each with a description. Values are only ever added.',
  valuesConfig: Object.fromEntries(
    codes.map((code) => [code, { description: rejectionCodes[code] }]),
  ),
});

@InterfaceType('Rejection', {
  description: 'A business refusal, as data. `code` is stable; concrete types add fields.',
})
export abstract class RejectionType {
  @Field(() => RejectionCodeEnum, { description: 'Stable; see RejectionCode' })
  code!: RejectionCode;

  @Field(() => String, { description: 'A sentence for a person' })
  message!: string;
}

@ObjectType('Refusal', {
  implements: RejectionType,
  description: 'A rejection without further fields',
  simpleResolvers: true,
})
export class PlainRejectionType extends RejectionType {}

@ObjectType('RevisionConflict', {
  implements: RejectionType,
  description:
    'code CONFLICT: expectedRevision was stale; never the answer to a command that sent none',
  simpleResolvers: true,
})
export class RevisionConflictType extends RejectionType {
  @Field(() => Int, { description: 'The revision that it has' })
  currentRevision!: number;
}

@ObjectType('CouponExhausted', {
  implements: RejectionType,
  description: 'code COUPON_EXHAUSTED: a coupon of the cart has no uses left',
  simpleResolvers: true,
})
export class CouponExhaustedType extends RejectionType {
  @Field(() => String, { description: 'The code of the coupon' })
  couponCode!: string;
}

@ObjectType('TotalChanged', {
  implements: RejectionType,
  description: 'code TOTAL_CHANGED: the cart no longer costs what the shopper saw',
  simpleResolvers: true,
})
export class TotalChangedType extends RejectionType {
  @Field(() => SafeIntScalar, { description: 'In minor units, like expectedTotal' })
  currentTotal!: number;
}

@ObjectType('StockShortage', {
  description: 'A product of which fewer units are in stock than the order needs',
  simpleResolvers: true,
})
export class StockShortageType {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, { description: 'Units in the cart' })
  requested!: number;

  @Field(() => Int, { description: 'Units that the order could have' })
  available!: number;
}

@ObjectType('OutOfStock', {
  implements: RejectionType,
  description: 'code OUT_OF_STOCK: units are missing for the order; the cart stays open',
  simpleResolvers: true,
})
export class OutOfStockType extends RejectionType {
  @Field(() => [StockShortageType], { description: 'Every product that is short, by sku' })
  shortages!: readonly StockShortageType[];
}

@ObjectType('NotForSale', {
  implements: RejectionType,
  description: 'code NOT_FOR_SALE: products of the cart are no longer sold; it stays open',
  simpleResolvers: true,
})
export class NotForSaleType extends RejectionType {
  @Field(() => [ID], { description: 'The products to remove, by sku' })
  skus!: readonly string[];
}
