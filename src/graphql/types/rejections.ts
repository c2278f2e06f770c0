// The API's rejections. The concrete type follows from the rejection's fields, so a new rejection
// of the domain needs no change here.
import { Field, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { rejectionCodes, type RejectionCode } from '../../domain/rejection.js';
import { SafeIntScalar } from '../scalars.js';

const codes = Object.keys(rejectionCodes) as RejectionCode[];

const RejectionCodeEnum = Object.fromEntries(codes.map((code) => [code, code]));
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
  @Field(() => RejectionCodeEnum)
  code!: RejectionCode;

  @Field(() => String)
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
  @Field(() => Int)
  currentRevision!: number;
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
