// Webhooks, their deliveries, and the inputs and payloads of their mutations.
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { webhookEventTypes, type WebhookEventType } from '../../domain/webhook/event-types.js';
import { DateTimeScalar } from '../scalars.js';
import { CommandInput, lockText } from './command-inputs.js';
import { PageInfo } from './page-info.js';
import { RejectionType } from './rejections.js';

const webhookLock = lockText('the webhook gets CONFLICT. See Webhook.revision');
const WebhookEventTypeEnum = Object.fromEntries(webhookEventTypes.map((type) => [type, type]));
registerEnumType(WebhookEventTypeEnum, {
  name: 'WebhookEventType',
  description: 'The events that can be delivered; docs/events.md has the fields of each',
  valuesConfig: Object.fromEntries(
    webhookEventTypes.map((type) => [type, { description: `The stored event ${type}` }]),
  ),
});

enum WebhookStatusEnum {
  ENABLED = 'ENABLED',
  PAUSED = 'PAUSED',
  DISABLED = 'DISABLED',
}
registerEnumType(WebhookStatusEnum, {
  name: 'WebhookStatus',
  description: 'Whether events are delivered',
  valuesConfig: {
    ENABLED: { description: 'They are' },
    PAUSED: { description: 'They wait until resumeWebhook' },
    DISABLED: {
      description:
        'The receiver answered with 410; changeWebhook and resumeWebhook enable it again',
    },
  },
});

enum WebhookDeliveryStatusEnum {
  WAITING = 'WAITING',
  DELIVERED = 'DELIVERED',
  GIVEN_UP = 'GIVEN_UP',
}
registerEnumType(WebhookDeliveryStatusEnum, {
  name: 'WebhookDeliveryStatus',
  description: 'How far a delivery is',
  valuesConfig: {
    WAITING: { description: 'It is tried now or later' },
    DELIVERED: { description: 'The receiver answered with a status of 200 to 299' },
    GIVEN_UP: { description: 'It is not tried again, unless by redeliverWebhook' },
  },
});

@ObjectType('Webhook', {
  description: 'An address that events of the shop are posted to',
  simpleResolvers: true,
})
export class WebhookType {
  @Field(() => ID, { description: 'Its id' })
  id!: string;

  @Field(() => String, { description: 'The address' })
  url!: string;

  @Field(() => [WebhookEventTypeEnum], { description: 'The events that it gets' })
  eventTypes!: readonly string[];

  @Field(() => WebhookStatusEnum, { description: 'Whether events are delivered' })
  status!: `${WebhookStatusEnum}`;

  @Field(() => Int, { description: 'For the expectedRevision of its commands' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'It gets events that were stored after this' })
  registeredAt!: number;
}

@ObjectType('WebhookAttempt', {
  description: 'One attempt to deliver an event',
  simpleResolvers: true,
})
export class WebhookAttemptType {
  @Field(() => DateTimeScalar, { description: 'When it began' })
  at!: number;

  @Field(() => Int, { description: 'How long it took, in milliseconds' })
  durationMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: "The status of the receiver's answer; null without an answer",
  })
  httpStatus!: number | null;

  @Field(() => String, { description: 'Such as DELIVERED or TIMEOUT: docs/webhooks.md lists them' })
  outcome!: string;
}

@ObjectType('WebhookDelivery', { description: 'One event for one webhook', simpleResolvers: true })
export class WebhookDeliveryType {
  @Field(() => ID, { description: 'Its id, which the receiver gets as `webhook-id`' })
  id!: string;

  @Field(() => ID, { description: 'The webhook' })
  webhookId!: string;

  @Field(() => ID, { description: 'The event' })
  eventId!: string;

  @Field(() => String, { description: 'The type of the event' })
  eventType!: string;

  @Field(() => String, { description: 'The stream of the event' })
  stream!: string;

  @Field(() => Int, { description: 'The place of the event in its stream, from 0' })
  revision!: number;

  @Field(() => WebhookDeliveryStatusEnum, { description: 'How far it is' })
  status!: `${WebhookDeliveryStatusEnum}`;

  @Field(() => DateTimeScalar, { description: 'When it was planned' })
  plannedAt!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it is tried next; null when it is over',
  })
  nextAttemptAt!: number | null;
}

@ObjectType({ description: 'A delivery with its cursor', simpleResolvers: true })
export class WebhookDeliveryEdge {
  @Field(() => String, { description: 'Cursor of the delivery' })
  cursor!: string;

  @Field(() => WebhookDeliveryType, { description: 'The delivery' })
  node!: WebhookDeliveryType;
}

@ObjectType({ description: 'A page of the deliveries of a webhook', simpleResolvers: true })
export class WebhookDeliveryConnection {
  @Field(() => [WebhookDeliveryEdge], { description: 'The deliveries with their cursors' })
  edges!: readonly WebhookDeliveryEdge[];

  @Field(() => [WebhookDeliveryType], { description: 'The deliveries' })
  nodes!: readonly WebhookDeliveryType[];

  @Field(() => PageInfo, { description: 'The place of the page' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of deliveries on all pages' })
  totalCount!: number;
}

@InputType({ description: 'A new webhook' })
export class RegisterWebhookInput extends CommandInput {
  @Field(() => String, { description: 'An https address. It is in the log: put no secret in it' })
  url!: string;

  @Field(() => [WebhookEventTypeEnum], { description: 'The events that it gets; one or more' })
  eventTypes!: WebhookEventType[];
}

@InputType({ description: 'Other terms of a webhook, which is also enabled again' })
export class ChangeWebhookInput extends CommandInput {
  @Field(() => ID, { description: 'The webhook' })
  webhookId!: string;

  @Field(() => String, { nullable: true, description: 'Its new address; default: as it is' })
  url?: string | null;

  @Field(() => [WebhookEventTypeEnum], {
    nullable: true,
    description: 'The events that it gets; default: as they are',
  })
  eventTypes?: WebhookEventType[] | null;

  @Field(() => Int, {
    nullable: true,
    description: webhookLock,
  })
  expectedRevision?: number | null;
}

@InputType({ description: 'A webhook' })
export class WebhookInput extends CommandInput {
  @Field(() => ID, { description: 'The webhook' })
  webhookId!: string;

  @Field(() => Int, { nullable: true, description: webhookLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Which webhook to remove' })
export class RemoveWebhookInput extends CommandInput {
  @Field(() => ID, { description: 'The webhook' })
  webhookId!: string;

  @Field(() => Int, { nullable: true, description: webhookLock })
  expectedRevision?: number | null;
}

@InputType({ description: 'Which delivery to make again' })
export class RedeliverWebhookInput {
  @Field(() => ID, { description: 'The delivery' })
  deliveryId!: string;
}

@ObjectType({
  description: 'The webhook, and the secret that its messages are signed with',
  simpleResolvers: true,
})
export class RegisterWebhookPayload {
  @Field(() => WebhookType, { nullable: true, description: 'The webhook; null with a rejection' })
  webhook!: WebhookType | null;

  @Field(() => String, {
    nullable: true,
    description: 'The secret, for the receiver. No query shows it; null with a rejection',
  })
  secret!: string | null;

  @Field(() => RejectionType, {
    nullable: true,
    description: 'Why nothing was done; null when it was',
  })
  rejection!: RejectionType | null;
}

@ObjectType({ description: 'The webhook after the command', simpleResolvers: true })
export class WebhookPayload {
  @Field(() => WebhookType, {
    nullable: true,
    description: 'The webhook; null when it is removed, and with a rejection',
  })
  webhook!: WebhookType | null;

  @Field(() => RejectionType, {
    nullable: true,
    description: 'Why nothing was done; null when it was',
  })
  rejection!: RejectionType | null;
}

@ObjectType({ description: 'The delivery that is made again', simpleResolvers: true })
export class RedeliverWebhookPayload {
  @Field(() => WebhookDeliveryType, { description: 'The delivery' })
  delivery!: WebhookDeliveryType;
}
