// Decides the commands of webhooks.
import { assertNever } from '../assert-never.js';
import { accept, type Decider, type Decision, reject } from '../decider.js';
import { type Rejection, rejection } from '../rejection.js';
import type { WebhookEvent } from './events.js';
import { evolve, noWebhooks, type Webhook, webhookOf, type WebhooksState } from './state.js';

export interface RegisterWebhook {
  readonly type: 'RegisterWebhook';
  readonly webhookId: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly after: string;
}

/** Also enables it again. What is not given stays. */
export interface ChangeWebhook {
  readonly type: 'ChangeWebhook';
  readonly webhookId: string;
  readonly url: string | undefined;
  readonly eventTypes: readonly string[] | undefined;
}

/** Repeating it changes nothing, nor does it for an absent webhook, or one that has moved. */
export interface DisableWebhook {
  readonly type: 'DisableWebhook';
  readonly webhookId: string;
  /** The address that is gone. */
  readonly url: string;
}

/** Repeating it changes nothing, nor does it for a disabled one, which gets nothing anyway. */
export interface PauseWebhook {
  readonly type: 'PauseWebhook';
  readonly webhookId: string;
}

/** Also enables it again. */
export interface ResumeWebhook {
  readonly type: 'ResumeWebhook';
  readonly webhookId: string;
}

export interface RotateWebhookSecret {
  readonly type: 'RotateWebhookSecret';
  readonly webhookId: string;
}

export interface RemoveWebhook {
  readonly type: 'RemoveWebhook';
  readonly webhookId: string;
}

export type WebhookCommand =
  | RegisterWebhook
  | ChangeWebhook
  | DisableWebhook
  | PauseWebhook
  | ResumeWebhook
  | RotateWebhookSecret
  | RemoveWebhook;

type WebhookDecision = Decision<WebhookEvent, Rejection>;

/** Each event of a type is delivered to each. */
export const MAX_WEBHOOKS = 50;

export const noSuchWebhook = rejection('NOT_FOUND', 'There is no such webhook.');
export const tooManyWebhooks = rejection(
  'WEBHOOK_LIMIT',
  `A shop has at most ${MAX_WEBHOOKS} webhooks.`,
);

export const webhookDecider: Decider<WebhooksState, WebhookCommand, WebhookEvent, Rejection> = {
  category: 'webhook',
  initial: noWebhooks,
  evolve,
  decide,
};

function decide(command: WebhookCommand, state: WebhooksState): WebhookDecision {
  const found = webhookOf(state, command.webhookId);
  const { webhookId } = command;
  switch (command.type) {
    case 'RegisterWebhook': {
      if (found !== undefined) return accept();
      if (state.webhooks.length >= MAX_WEBHOOKS) return reject(tooManyWebhooks);
      const { url, eventTypes, after } = command;
      const data = { webhookId, url, eventTypes, after };
      return accept({ type: 'WebhookRegistered', data });
    }
    case 'ChangeWebhook':
      return found === undefined ? reject(noSuchWebhook) : change(command, found);
    case 'DisableWebhook': {
      if (found?.isEnabled !== true || found.url !== command.url) return accept();
      return accept({ type: 'WebhookDisabled', data: { webhookId, reason: 'GONE' } });
    }
    case 'PauseWebhook':
      if (found === undefined) return reject(noSuchWebhook);
      if (found.isPaused || !found.isEnabled) return accept();
      return accept({ type: 'WebhookPaused', data: { webhookId } });
    case 'ResumeWebhook':
      if (found === undefined) return reject(noSuchWebhook);
      if (found.isEnabled && !found.isPaused) return accept();
      return accept({ type: 'WebhookResumed', data: { webhookId } });
    case 'RotateWebhookSecret':
      if (found === undefined) return reject(noSuchWebhook);
      return accept({ type: 'WebhookSecretRotated', data: { webhookId } });
    case 'RemoveWebhook':
      if (found === undefined) return reject(noSuchWebhook);
      return accept({ type: 'WebhookRemoved', data: { webhookId } });
    default:
      return assertNever(command);
  }
}

function change(command: ChangeWebhook, found: Webhook): WebhookDecision {
  const { webhookId, url = found.url, eventTypes = found.eventTypes } = command;
  const isSame =
    found.isEnabled &&
    url === found.url &&
    eventTypes.length === found.eventTypes.length &&
    eventTypes.every((type, n) => type === found.eventTypes[n]);
  return isSame
    ? accept()
    : accept({ type: 'WebhookChanged', data: { webhookId, url, eventTypes } });
}
