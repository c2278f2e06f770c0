// The place for webhooks: the registered addresses, and the deliveries of one of them.
import { Route, Routes } from 'react-router';
import { WebhookList } from './webhook-list.tsx';
import { WebhookLog } from './webhook-log.tsx';
import './webhooks.css';

export default function WebhooksPage() {
  return (
    <Routes>
      <Route index element={<WebhookList />} />
      <Route path=":webhookId" element={<WebhookLog />} />
    </Routes>
  );
}
