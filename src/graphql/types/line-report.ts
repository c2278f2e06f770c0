// What became of each line that a command asked for.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { RejectionCode } from '../../domain/rejection.js';
import { RejectionCodeEnum } from './rejections.js';

@ObjectType('LineReport', {
  description: 'What became of one line of several. A repeated command gets the same report',
  simpleResolvers: true,
})
export class LineReportType {
  @Field(() => ID, { description: 'The product that was asked for' })
  sku!: string;

  @Field(() => Int, { description: 'The units that were asked for' })
  quantity!: number;

  @Field(() => Boolean, { description: 'Units that were added' })
  added!: boolean;

  @Field(() => RejectionCodeEnum, {
    nullable: true,
    description: 'Why the line was refused; null when it was added, or because of other lines',
  })
  code!: RejectionCode | null;

  @Field(() => String, {
    description: 'Why units were left out; null when none were',
    nullable: true,
  })
  message!: string | null;
}
