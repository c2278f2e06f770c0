// Webhooks, from the start of the service to its end.
import { randomBytes } from 'node:crypto';
import type { WebhookCommands } from '../commands/webhook-commands.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Logger } from '../http/log.js';
import { startRounds } from '../waiting/rounds.js';
import type { Tracing } from '../tracing/tracing.js';
import { every, type Time } from '../waiting/time.js';
import { Deliveries } from '../webhooks/deliveries.js';
import { DeliveryLog } from '../webhooks/delivery-log.js';
import type { Network } from '../webhooks/network.js';
import { send } from '../webhooks/sender.js';
import { WebhookDesk } from '../webhooks/webhook-desk.js';
import { webhookReaction, webhookStart } from '../webhooks/webhook-runner.js';
import { WebhookSecrets } from '../webhooks/webhook-secrets.js';
import type { Config } from './config.js';
import { type ClaimantOf, openOutboxDatabase } from './outbox.js';
import { retryWhileUnavailable } from './retry-while-unavailable.js';
import type { SharedReaction } from './shared-reactions.js';
import type { StartedParts } from './started-parts.js';

export interface WebhookPorts {
  readonly commands: WebhookCommands;
  readonly store: EventStore;
  readonly secret: Buffer;
  readonly claimantOf: ClaimantOf;
  readonly time: Time;
  readonly log: Pick<Logger, 'warn'>;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
}

export interface StartedWebhooks {
  readonly desk: WebhookDesk;
  readonly shared: SharedReaction;
}

/** Retries become due by time; new deliveries are begun at once. */
const LOOK_MS = 1_000;
const FORGET_MS = 3_600_000;
/** Of a receiver, from the start of an attempt to its status. */
const ANSWER_MS = 10_000;

/** @throws DataFolderError; ReadModelsUnavailableError when the database stays unavailable */
export async function startWebhooks(
  config: Config,
  { commands, store, secret, claimantOf, time, log, tracing }: WebhookPorts,
  parts: StartedParts,
): Promise<StartedWebhooks> {
  const { webhooksMayBePrivate: mayBePrivate } = config;
  const database = await openOutboxDatabase(config, 'webhooks.sqlite', (file) =>
    DeliveryLog.prepare(file),
  );
  parts.add('webhook tables', () => database.close());
  const problem = 'the database of the webhooks is not available yet';
  const claimant = claimantOf(database);
  const { deliveryLog, secrets } = await retryWhileUnavailable(problem, log, async () => ({
    deliveryLog: await DeliveryLog.on(database, claimant),
    secrets: await WebhookSecrets.on(database, secret, randomBytes),
  }));
  const tables = { deliveryLog, secrets };
  return runWebhooks({ commands, store, ...tables, mayBePrivate, time, log, tracing }, parts);
}

export interface WebhookParts extends Pick<
  WebhookPorts,
  'commands' | 'store' | 'time' | 'log' | 'tracing'
> {
  readonly deliveryLog: DeliveryLog;
  readonly secrets: WebhookSecrets;
  readonly mayBePrivate: boolean;
  /** Default: the internet. */
  readonly network?: Network;
}

/** Puts the webhooks together over their tables, and begins to deliver. */
export function runWebhooks(
  { commands, store, deliveryLog, secrets, mayBePrivate, ...ports }: WebhookParts,
  parts: StartedParts,
): StartedWebhooks {
  const { network, time, log, tracing } = ports;
  const onFault = (err: unknown) => log.warn({ err }, 'webhooks are delivered later');
  const sender = { mayBePrivate, timeoutMs: ANSWER_MS, time, ...(network && { network }) };
  const deliveries = new Deliveries({
    ...{ webhooks: commands, store, log: deliveryLog, secrets, time, onFault, tracing },
    send: (url, message) => send(url, message, sender),
  });
  const wake = startDelivering(deliveries, time, onFault, parts);
  return {
    desk: new WebhookDesk({ commands, log: deliveryLog, secrets, mayBePrivate, wake, time }),
    shared: {
      reaction: webhookReaction({ webhooks: commands, log: deliveryLog, wake, time }),
      from: () => webhookStart(commands, store),
    },
  };
}

/** Returns what begins a round at once. */
function startDelivering(
  deliveries: Deliveries,
  time: Time,
  onFault: (fault: unknown) => void,
  parts: StartedParts,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const round = () => deliveries.round(signal);
  const rounds = startRounds({ round, pauseMs: () => LOOK_MS, time, onFault });
  let forgetting = Promise.resolve();
  const endForgetting = every(time.background, FORGET_MS, () => {
    forgetting = deliveries.forgetOld().catch(onFault);
  });
  let waking = Promise.resolve();
  parts.addActivity('webhook deliveries', async () => {
    stopping.abort();
    endForgetting();
    await rounds.stop();
    await waking;
    await deliveries.settled();
    await forgetting;
  });
  return () => {
    waking = waking.then(round).catch(onFault);
  };
}
