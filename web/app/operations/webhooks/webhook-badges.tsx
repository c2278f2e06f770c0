// How a webhook and a delivery stand, as badges.
import type { WebhookDeliveryStatus, WebhookStatus } from '../../../../schema/generated/graphql.ts';
import { Badge } from '../../../design/states.tsx';
import { webhookTexts as words } from './texts.ts';

const tones = { ENABLED: 'good', PAUSED: 'warm', DISABLED: 'bad' } as const;
const deliveryTones = { WAITING: 'warm', DELIVERED: 'good', GIVEN_UP: 'bad' } as const;

export function WebhookBadge({ status }: { readonly status: WebhookStatus }) {
  return (
    <Badge tone={tones[status]} dot>
      {words.states[status]}
    </Badge>
  );
}

export function DeliveryBadge({ status }: { readonly status: WebhookDeliveryStatus }) {
  return (
    <Badge tone={deliveryTones[status]} dot>
      {words.deliveryStates[status]}
    </Badge>
  );
}
