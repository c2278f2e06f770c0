// What admins do with webhooks, and the log of their deliveries, which support sees too.
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Webhook } from '../../domain/webhook/state.js';
import { demand } from '../access.js';
import { badInput, notFound } from '../api-error.js';
import { counted } from '../command-count.js';
import { maxPageSize } from '../complexity.js';
import { connection } from '../connection.js';
import { commandContext, type RequestContext } from '../context.js';
import { decodeDelivery, encodeDelivery } from '../cursors.js';
import { checkPage, textOf } from '../input-rules.js';
import type { StaffDelivery } from '../services.js';
import {
  ChangeWebhookInput,
  RedeliverWebhookInput,
  RedeliverWebhookPayload,
  RegisterWebhookInput,
  RegisterWebhookPayload,
  RemoveWebhookInput,
  WebhookAttemptType,
  WebhookDeliveryConnection,
  WebhookDeliveryType,
  WebhookInput,
  WebhookPayload,
  WebhookType,
} from '../types/webhook-types.js';
import { defaultPageSize, ForwardPageArguments } from '../types/page-arguments.js';

@Resolver(() => WebhookDeliveryType)
export class Webhooks {
  @Query(() => [WebhookType], {
    description: 'All webhooks, in the order of their registration. For support and admins',
  })
  async webhooks(@Ctx() context: RequestContext): Promise<readonly WebhookType[]> {
    demand(context, 'webhooks:read');
    return (await context.services.webhooks.list()).map(shownWebhook);
  }

  @Query(() => WebhookDeliveryConnection, {
    description: 'The deliveries of a webhook, the newest first. For support and admins',
  })
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Arg('webhookId', () => ID, { description: 'The webhook' }) webhookId: string,
    @Args() { first, after }: ForwardPageArguments,
  ): Promise<WebhookDeliveryConnection> {
    demand(context, 'webhooks:read');
    checkPage({ first, after }, maxPageSize);
    const id = textOf(webhookId, 'webhookId');
    const place = after == null ? null : decodeDelivery(after);
    const size = first ?? defaultPageSize;
    const page = await context.services.webhooks.deliveries(id, size, place);
    return connection(page, shownDelivery, ({ plannedAt: at, id: key }) =>
      encodeDelivery({ at, id: key }),
    );
  }

  @FieldResolver(() => [WebhookAttemptType], { description: 'The first one first' })
  attempts(
    @Root() { id }: WebhookDeliveryType,
    @Ctx() { services }: RequestContext,
  ): Promise<readonly WebhookAttemptType[]> {
    return services.webhooks.attemptsOf(id);
  }

  @Mutation(() => RegisterWebhookPayload, {
    description: 'Posts events to an address from now on. For admins',
  })
  async registerWebhook(
    @Ctx() context: RequestContext,
    @Arg('input', () => RegisterWebhookInput, { description: 'What to do' })
    input: RegisterWebhookInput,
  ): Promise<RegisterWebhookPayload> {
    demand(context, 'webhooks:manage');
    const { services } = context;
    const target = { url: urlOf(context, input.url), eventTypes: typesOf(input.eventTypes) };
    const registering = services.webhooks.register(target, commandContext(context, input));
    const { outcome, webhookId, secret } = await counted(
      services,
      'registerWebhook',
      registering,
      (answer) => answer.outcome,
    );
    if (!outcome.accepted) return { webhook: null, secret: null, rejection: outcome.rejection };
    return { webhook: shownIn(outcome.state, webhookId), secret, rejection: null };
  }

  @Mutation(() => WebhookPayload, {
    description: 'Changes the address or the events of a webhook, and enables it. For admins',
  })
  async changeWebhook(
    @Ctx() context: RequestContext,
    @Arg('input', () => ChangeWebhookInput, { description: 'What to do' })
    input: ChangeWebhookInput,
  ): Promise<WebhookPayload> {
    demand(context, 'webhooks:manage');
    const { services } = context;
    const webhookId = textOf(input.webhookId, 'webhookId');
    const target = {
      ...(input.url != null && { url: urlOf(context, input.url) }),
      ...(input.eventTypes != null && { eventTypes: typesOf(input.eventTypes) }),
    };
    const changing = services.webhooks.change(webhookId, target, commandContext(context, input));
    const outcome = await counted(services, 'changeWebhook', changing, (answer) => answer);
    if (!outcome.accepted) return { webhook: null, rejection: outcome.rejection };
    return { webhook: shownIn(outcome.state, webhookId), rejection: null };
  }

  @Mutation(() => WebhookPayload, {
    description: 'Sends nothing until resumeWebhook; deliveries wait. For admins',
  })
  pauseWebhook(
    @Ctx() context: RequestContext,
    @Arg('input', () => WebhookInput, { description: 'What to do' }) input: WebhookInput,
  ): Promise<WebhookPayload> {
    return setOff(context, input, 'pauseWebhook', 'pause');
  }

  @Mutation(() => WebhookPayload, {
    description: 'Sends what waits, and all that follows. For admins',
  })
  resumeWebhook(
    @Ctx() context: RequestContext,
    @Arg('input', () => WebhookInput, { description: 'What to do' }) input: WebhookInput,
  ): Promise<WebhookPayload> {
    return setOff(context, input, 'resumeWebhook', 'resume');
  }

  @Mutation(() => RegisterWebhookPayload, {
    description:
      'Makes a new secret. For a day, messages are signed with the old one too. For admins',
  })
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @Arg('input', () => WebhookInput, { description: 'What to do' }) input: WebhookInput,
  ): Promise<RegisterWebhookPayload> {
    demand(context, 'webhooks:manage');
    const { services } = context;
    const webhookId = textOf(input.webhookId, 'webhookId');
    const { outcome, secret } = await counted(
      services,
      'rotateWebhookSecret',
      services.webhooks.rotateSecret(webhookId, commandContext(context, input)),
      (answer) => answer.outcome,
    );
    if (!outcome.accepted) return { webhook: null, secret: null, rejection: outcome.rejection };
    return { webhook: shownIn(outcome.state, webhookId), secret, rejection: null };
  }

  @Mutation(() => WebhookPayload, {
    description: 'Removes a webhook with its secret; what waits is not delivered. For admins',
  })
  async removeWebhook(
    @Ctx() context: RequestContext,
    @Arg('input', () => RemoveWebhookInput, { description: 'What to do' })
    input: RemoveWebhookInput,
  ): Promise<WebhookPayload> {
    demand(context, 'webhooks:manage');
    const { services } = context;
    const webhookId = textOf(input.webhookId, 'webhookId');
    const removing = services.webhooks.remove(webhookId, commandContext(context, input));
    const outcome = await counted(services, 'removeWebhook', removing, (answer) => answer);
    return { webhook: null, rejection: outcome.accepted ? null : outcome.rejection };
  }

  @Mutation(() => RedeliverWebhookPayload, {
    description: 'Makes a delivery again now, with the same id, also one that arrived. For admins',
  })
  async redeliverWebhook(
    @Ctx() context: RequestContext,
    @Arg('input', () => RedeliverWebhookInput, { description: 'What to do' })
    input: RedeliverWebhookInput,
  ): Promise<RedeliverWebhookPayload> {
    demand(context, 'webhooks:manage');
    const deliveryId = textOf(input.deliveryId, 'deliveryId');
    const delivery = await context.services.webhooks.redeliver(deliveryId);
    if (delivery === undefined) throw notFound('delivery');
    return { delivery: shownDelivery(delivery) };
  }
}

async function setOff(
  context: RequestContext,
  input: WebhookInput,
  name: string,
  what: 'pause' | 'resume',
): Promise<WebhookPayload> {
  demand(context, 'webhooks:manage');
  const { services } = context;
  const webhookId = textOf(input.webhookId, 'webhookId');
  const doing = services.webhooks[what](webhookId, commandContext(context, input));
  const outcome = await counted(services, name, doing, (answer) => answer);
  if (!outcome.accepted) return { webhook: null, rejection: outcome.rejection };
  return { webhook: shownIn(outcome.state, webhookId), rejection: null };
}

function shownIn(
  { webhooks }: { readonly webhooks: readonly Webhook[] },
  webhookId: string,
): WebhookType | null {
  const found = webhooks.find(({ id }) => id === webhookId);
  return found === undefined ? null : shownWebhook(found);
}

function shownWebhook(webhook: Webhook): WebhookType {
  const { id, url, eventTypes, revision, registeredAt } = webhook;
  return { id, url, eventTypes, revision, registeredAt, status: statusOf(webhook) };
}

function statusOf({
  isEnabled,
  isPaused,
}: Pick<Webhook, 'isEnabled' | 'isPaused'>): WebhookType['status'] {
  if (!isEnabled) return 'DISABLED';
  return isPaused ? 'PAUSED' : 'ENABLED';
}

function shownDelivery({
  dueAt,
  attempts: _count,
  ...delivery
}: StaffDelivery): WebhookDeliveryType {
  return { ...delivery, nextAttemptAt: delivery.status === 'WAITING' ? dueAt : null };
}

/** @throws ApiError BAD_USER_INPUT */
function urlOf({ services }: RequestContext, url: string): string {
  const fault = services.webhooks.faultOfUrl(url);
  if (fault !== undefined) throw badInput(fault);
  return new URL(url).href;
}

/** @throws ApiError BAD_USER_INPUT */
function typesOf(types: readonly string[]): readonly string[] {
  if (types.length === 0) throw badInput('eventTypes must have one or more.');
  return [...new Set(types)];
}
