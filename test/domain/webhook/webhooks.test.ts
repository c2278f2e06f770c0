// What becomes of an admin's commands on webhooks.
import { describe, expect, test } from '@jest/globals';
import {
  MAX_WEBHOOKS,
  noSuchWebhook,
  tooManyWebhooks,
  type WebhookCommand,
  webhookDecider,
} from '../../../src/domain/webhook/decide.js';
import type { WebhookEvent } from '../../../src/domain/webhook/events.js';
import { recordedAs } from '../../controls/recorded.js';

const target = { url: 'https://shop.example/', eventTypes: ['OrderPlaced'] };
const registered = (webhookId = 'a'): WebhookEvent => ({
  type: 'WebhookRegistered',
  data: { webhookId, ...target, after: '7' },
});
const register: WebhookCommand = { type: 'RegisterWebhook', webhookId: 'a', ...target, after: '7' };
const changed: WebhookEvent = {
  type: 'WebhookChanged',
  data: { webhookId: 'a', ...target, eventTypes: ['OrderShipped'] },
};
const disabled: WebhookEvent = {
  type: 'WebhookDisabled',
  data: { webhookId: 'a', reason: 'GONE' },
};
const removed: WebhookEvent = { type: 'WebhookRemoved', data: { webhookId: 'a' } };
const change = (changes: { readonly eventTypes?: readonly string[] }): WebhookCommand => ({
  ...{ type: 'ChangeWebhook', webhookId: 'a', url: undefined, eventTypes: undefined },
  ...changes,
});
const disable: WebhookCommand = { type: 'DisableWebhook', webhookId: 'a', url: target.url };
const disableBefore: WebhookCommand = { ...disable, url: 'https://before.example/' };
const paused: WebhookEvent = { type: 'WebhookPaused', data: { webhookId: 'a' } };
const resumed: WebhookEvent = { type: 'WebhookResumed', data: { webhookId: 'a' } };
const rotated: WebhookEvent = { type: 'WebhookSecretRotated', data: { webhookId: 'a' } };
const pause: WebhookCommand = { type: 'PauseWebhook', webhookId: 'a' };
const resume: WebhookCommand = { type: 'ResumeWebhook', webhookId: 'a' };
const rotate: WebhookCommand = { type: 'RotateWebhookSecret', webhookId: 'a' };
const remove: WebhookCommand = { type: 'RemoveWebhook', webhookId: 'a' };

function stateAfter(events: readonly WebhookEvent[]) {
  return events.reduce(
    (state, event, n) => webhookDecider.evolve(state, recordedAs<WebhookEvent>(event, n)),
    webhookDecider.initial,
  );
}

const many = Array.from({ length: MAX_WEBHOOKS }, (_each, n) => registered(`webhook ${n}`));

describe.each<[string, WebhookEvent[], WebhookCommand, object]>([
  ['a new one is registered', [], register, { accepted: [registered()] }],
  ['one that is there is not registered again', [registered()], register, { accepted: [] }],
  ['there is a maximum', many, register, { rejected: tooManyWebhooks }],
  ['it gets other types', [registered()], change(changed.data), { accepted: [changed] }],
  ['the same terms change nothing', [registered()], change({}), { accepted: [] }],
  [
    'a change enables a disabled one',
    [registered(), disabled],
    change({}),
    { accepted: [{ type: 'WebhookChanged', data: { webhookId: 'a', ...target } }] },
  ],
  ['an absent one is not changed', [], change({}), { rejected: noSuchWebhook }],
  ['a receiver that is gone disables it', [registered()], disable, { accepted: [disabled] }],
  ['one that has moved is not disabled', [registered()], disableBefore, { accepted: [] }],
  ['it is disabled once', [registered(), disabled], disable, { accepted: [] }],
  ['an absent one is not disabled', [], disable, { accepted: [] }],
  ['it is paused', [registered()], pause, { accepted: [paused] }],
  ['a disabled one is not paused', [registered(), disabled], pause, { accepted: [] }],
  ['an absent one is not paused', [], pause, { rejected: noSuchWebhook }],
  ['it is resumed', [registered(), paused], resume, { accepted: [resumed] }],
  ['a disabled one is resumed', [registered(), disabled], resume, { accepted: [resumed] }],
  ['one that runs is not resumed', [registered()], resume, { accepted: [] }],
  ['an absent one is not resumed', [], resume, { rejected: noSuchWebhook }],
  ['an absent one gets no secret', [], rotate, { rejected: noSuchWebhook }],
  ['it is removed', [registered()], remove, { accepted: [removed] }],
  ['an absent one is not removed', [registered(), removed], remove, { rejected: noSuchWebhook }],
])('%s', (_what, given, command, expected) => {
  test('so it is decided, and deciding again changes nothing', () => {
    const decision = webhookDecider.decide(command, stateAfter(given));
    expect(decision).toEqual(expected);
    if (!('accepted' in decision) || decision.accepted.length === 0) return;
    const again = webhookDecider.decide(command, stateAfter([...given, ...decision.accepted]));
    const isOver =
      'rejected' in again ? again.rejected === noSuchWebhook : again.accepted.length === 0;
    expect(isOver).toBe(true);
  });
});

test('the state has each webhook as its last event left it', () => {
  const { webhooks } = stateAfter([registered('a'), registered('b'), changed, disabled]);
  expect(webhooks).toMatchObject([
    { id: 'a', eventTypes: ['OrderShipped'], isEnabled: false, after: '7' },
    { id: 'b', eventTypes: ['OrderPlaced'], isEnabled: true },
  ]);
});

test('a change leaves a paused one paused, and each rotation is told of', () => {
  const state = stateAfter([registered(), paused, changed, rotated]);
  expect(state.webhooks).toMatchObject([{ isEnabled: true, isPaused: true, secretRevision: 3 }]);
  expect(webhookDecider.decide(rotate, state)).toEqual({ accepted: [rotated] });
});
