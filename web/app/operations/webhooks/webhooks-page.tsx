// The place for webhooks: the registered addresses, and the deliveries of one of them.
import { Route } from 'react-router';
import { WebhookList } from './webhook-list.tsx';
import { WebhookLog } from './webhook-log.tsx';
import { PlacesWithin } from '../places-within.tsx';
import './webhooks.css';

export default function WebhooksPage() {
  return (
    <PlacesWithin>
      <Route index element={<WebhookList />} />
      <Route path=":webhookId" element={<WebhookLog />} />
    </PlacesWithin>
  );
}
