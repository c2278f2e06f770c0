// The API's stock of a product, as staff see it, and the inputs of an administrator's commands.
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CommandInput } from './command-inputs.js';
import { RejectionType } from './rejections.js';

@ObjectType({ description: 'The units of a tracked product', simpleResolvers: true })
export class StockLevel {
  @Field(() => ID, { description: 'The product' })
  sku!: string;

  @Field(() => Int, {
    description: 'Units in the shop; below 0 when more were shipped than had been counted',
  })
  onHand!: number;

  @Field(() => Int, { description: 'Those of them that orders and running checkouts hold' })
  reserved!: number;

  @Field(() => Int, { description: 'Units that further orders can have' })
  available!: number;
}

@ObjectType({ description: 'The stock after a command', simpleResolvers: true })
export class StockPayload {
  @Field(() => StockLevel, { nullable: true, description: 'Null after a rejection' })
  stock!: StockLevel | null;

  @Field(() => RejectionType, { nullable: true, description: 'Why nothing was changed' })
  rejection!: RejectionType | null;
}

@InputType({ description: 'Units that come in' })
export class ReceiveStockInput extends CommandInput {
  @Field(() => ID, { description: 'A product of the catalogue, listed or withdrawn' })
  sku!: string;

  @Field(() => Int, { description: '1 or more' })
  quantity!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Such as the number of the delivery note; stored with the event',
  })
  reference?: string | null;
}

@InputType({ description: 'A correction of the units on hand: exactly one of change and onHand' })
export class AdjustStockInput extends CommandInput {
  @Field(() => ID, { description: 'A product of the catalogue, listed or withdrawn' })
  sku!: string;

  @Field(() => Int, { nullable: true, description: 'Units to add, or to take away if negative' })
  change?: number | null;

  @Field(() => Int, { nullable: true, description: 'The units that a count has found' })
  onHand?: number | null;

  @Field(() => String, { description: 'Stored with the event' })
  reason!: string;
}
