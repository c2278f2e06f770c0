// What admins do with webhooks: register, change and remove them, look at their deliveries, and ask
// for one again.
import type { CommandContext, CommandOutcome } from '../commands/command-context.js';
import type { WebhookCommands, WebhookTarget } from '../commands/webhook-commands.js';
import { type Webhook, webhookOf, type WebhooksState } from '../domain/webhook/state.js';
import type { Time } from '../waiting/time.js';
import type { WebhookDelivery, DeliveryAttempt, DeliveryPlace } from './delivery.js';
import type { DeliveryLog } from './delivery-log.js';
import { faultOfUrl } from './public-address.js';
import { shownSecret } from './signed-message.js';
import type { WebhookSecrets } from './webhook-secrets.js';

export interface WebhookDeskPorts {
  readonly commands: WebhookCommands;
  readonly log: DeliveryLog;
  readonly secrets: WebhookSecrets;
  readonly mayBePrivate: boolean;
  /** Called when something is due. */
  readonly wake: () => void;
  readonly time: Pick<Time, 'now' | 'newId'>;
}

export interface RegisteredWebhook {
  readonly outcome: CommandOutcome<WebhooksState>;
  readonly webhookId: string;
  /** In the form of Standard Webhooks; null when nothing was registered. */
  readonly secret: string | null;
}

export interface RotatedSecret {
  readonly outcome: CommandOutcome<WebhooksState>;
  /** In the form of Standard Webhooks; null when nothing was rotated. */
  readonly secret: string | null;
}

export class WebhookDesk {
  constructor(private readonly ports: WebhookDeskPorts) {}

  /** @throws StoreUnavailableError */
  async list(): Promise<readonly Webhook[]> {
    return (await this.ports.commands.freshState()).webhooks;
  }

  /** Why the address cannot be used, in words for the admin. */
  faultOfUrl(url: string): string | undefined {
    return faultOfUrl(url, this.ports.mayBePrivate);
  }

  /** The secret is on disk before the log has the webhook. A repeated command gets the same one. */
  async register(target: WebhookTarget, context: CommandContext): Promise<RegisteredWebhook> {
    const { commands, secrets, time } = this.ports;
    const webhookId = commands.idFor(context, time.newId);
    const secret = await secrets.make(webhookId);
    const outcome = await commands.register(webhookId, target, context);
    const isThere = outcome.accepted && webhookOf(outcome.state, webhookId) !== undefined;
    if (!isThere) await this.forgetUnlessThere(webhookId);
    return { outcome, webhookId, secret: isThere ? shownSecret(secret) : null };
  }

  /** A refused command that has the id of an earlier one leaves the earlier webhook its secret. */
  private async forgetUnlessThere(webhookId: string): Promise<void> {
    const { commands, secrets } = this.ports;
    const isThere = webhookOf(await commands.freshState(), webhookId) !== undefined;
    if (!isThere) await secrets.forget(webhookId);
  }

  change(
    webhookId: string,
    target: Partial<WebhookTarget>,
    context: CommandContext,
  ): Promise<CommandOutcome<WebhooksState>> {
    return this.ports.commands.change(webhookId, target, context);
  }

  /** Deliveries of a paused webhook wait. */
  pause(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    return this.ports.commands.pause(webhookId, context);
  }

  async resume(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    const outcome = await this.ports.commands.resume(webhookId, context);
    this.ports.wake();
    return outcome;
  }

  /**
   * The log tells of the new secret before it is made, so that a repeated command makes it if the
   * first one could not, and none twice. For a day, messages are signed with the old one too.
   */
  async rotateSecret(webhookId: string, context: CommandContext): Promise<RotatedSecret> {
    const { commands, secrets, time } = this.ports;
    const outcome = await commands.rotateSecret(webhookId, context);
    const webhook = outcome.accepted ? webhookOf(outcome.state, webhookId) : undefined;
    if (webhook === undefined) return { outcome, secret: null };
    const secret = await secrets.rotate(webhookId, webhook.secretRevision, time.now());
    return { outcome, secret: shownSecret(secret) };
  }

  async remove(webhookId: string, context: CommandContext): Promise<CommandOutcome<WebhooksState>> {
    const outcome = await this.ports.commands.remove(webhookId, context);
    if (outcome.accepted) await this.ports.secrets.forget(webhookId);
    return outcome;
  }

  /** A page of a webhook's deliveries, the newest first. */
  async deliveries(webhookId: string, first: number, after: DeliveryPlace | null) {
    const { log } = this.ports;
    const [rows, totalCount] = await Promise.all([
      log.list(webhookId, first + 1, after),
      log.count(webhookId),
    ]);
    const page = { rows: rows.slice(0, first), hasNextPage: rows.length > first };
    return { ...page, hasPreviousPage: after !== null, totalCount };
  }

  attemptsOf(deliveryId: string): Promise<readonly DeliveryAttempt[]> {
    return this.ports.log.attemptsOf(deliveryId);
  }

  /** Delivers again, with the same id; undefined for an absent delivery. */
  async redeliver(deliveryId: string): Promise<WebhookDelivery | undefined> {
    const { log, wake, time } = this.ports;
    if (!(await log.again(deliveryId, time.now()))) return undefined;
    wake();
    return log.find(deliveryId);
  }
}
