// The admin's commands on webhooks.
import type { WebhookCommand } from '../domain/webhook/decide.js';
import { webhookOf, type WebhooksState } from '../domain/webhook/state.js';
import type { EventStore } from '../event-store/event-store.js';
import { webhookAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { inputHash, webhookIdOf } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { lockOfPart } from './part-lock.js';

/** All webhooks are in one stream: there are few, and each event asks for all of them. */
const SHOP = 'shop';

export interface WebhookTarget {
  readonly url: string;
  readonly eventTypes: readonly string[];
}

export class WebhookCommands {
  constructor(
    private readonly runner: CommandRunner,
    private readonly store: Pick<EventStore, 'headPosition'>,
  ) {}

  /** As the log has it now. @throws StoreUnavailableError */
  freshState(): Promise<WebhooksState> {
    return this.runner.stateOf(webhookAggregate, SHOP, 'fresh');
  }

  /** The id of the webhook that a command registers; a repeated command has the same. */
  idFor({ commandId }: CommandContext, newId: () => string): string {
    return commandId === undefined ? newId() : webhookIdOf(commandId);
  }

  async register(
    webhookId: string,
    target: WebhookTarget,
    context: CommandContext,
  ): Promise<CommandOutcome<WebhooksState>> {
    const { url, eventTypes } = target;
    const enrich = async (): Promise<WebhookCommand> => {
      const after = String(await this.store.headPosition());
      return { type: 'RegisterWebhook', webhookId, url, eventTypes, after };
    };
    const hash = inputHash('registerWebhook', { url, eventTypes });
    return this.runner.run(webhookAggregate, { id: SHOP, enrich, hash, context });
  }

  change(
    webhookId: string,
    { url, eventTypes }: Partial<WebhookTarget>,
    context: CommandContext,
  ): Promise<CommandOutcome<WebhooksState>> {
    const command = { type: 'ChangeWebhook', webhookId, url, eventTypes } as const;
    return this.run(command, context);
  }

  remove(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    return this.run({ type: 'RemoveWebhook', webhookId }, context);
  }

  pause(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    return this.run({ type: 'PauseWebhook', webhookId }, context);
  }

  resume(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    return this.run({ type: 'ResumeWebhook', webhookId }, context);
  }

  rotateSecret(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    return this.run({ type: 'RotateWebhookSecret', webhookId }, context);
  }

  /** @param url the address that is gone; a webhook that has another one by now goes on */
  disable(webhookId: string, url: string): Promise<CommandOutcome<WebhooksState>> {
    return this.run({ type: 'DisableWebhook', webhookId, url }, { actor: { kind: 'system' } });
  }

  private run(
    command: WebhookCommand,
    context: CommandContext,
  ): Promise<CommandOutcome<WebhooksState>> {
    const { type, ...input } = command;
    const { expectedRevision } = context;
    const hash = inputHash(type, { ...input, expectedRevision });
    const lock = lockOfPart(
      context,
      'webhook',
      (state: WebhooksState) => webhookOf(state, command.webhookId)?.revision,
    );
    return this.runner.run(webhookAggregate, { id: SHOP, enrich: () => command, hash, ...lock });
  }
}
