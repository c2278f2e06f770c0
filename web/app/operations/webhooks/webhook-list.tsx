// All webhooks with what they get; admins register and change them.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Link } from 'react-router';
import { Button, buttonClass } from '../../../design/button.tsx';
import { Badge, EmptyState, Notice } from '../../../design/states.tsx';
import {
  type WebhookFieldsFragment,
  WebhooksDocument,
} from '../../../../schema/generated/graphql.ts';
import { date } from '../../format.ts';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin } from '../use-admin.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { webhookTexts as words } from './texts.ts';
import { WebhookBadge } from './webhook-badges.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';
import { WebhookTools } from './webhook-tools.tsx';
import { readAnew } from '../read-anew.ts';

type Webhook = WebhookFieldsFragment;

export function WebhookList() {
  const isAdmin = useIsAdmin();
  const [isOpen, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(WebhooksDocument, readAnew);
  const changed = () => void refetch();
  const close = () => {
    setOpen(false);
    changed();
  };
  return (
    <>
      <PlaceHead
        title={operationsTexts.places.webhooks}
        about={words.about}
        actions={
          isAdmin && (
            <Button look="primary" icon="plus" onClick={() => setOpen(true)}>
              {words.register}
            </Button>
          )
        }
      />
      {!isAdmin && <Notice>{operationsTexts.onlyAdmins}</Notice>}
      {data === undefined ? (
        <QueryState error={error} onRetry={changed} />
      ) : (
        <Webhooks webhooks={data.webhooks} onChange={changed} onSecret={setSecret} />
      )}
      {isOpen && <WebhookDialog webhook={null} onClose={close} onSecret={setSecret} />}
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

interface WebhooksProps {
  readonly webhooks: readonly Webhook[];
  readonly onChange: () => void;
  readonly onSecret: (secret: string | null) => void;
}

function Webhooks({ webhooks, onChange, onSecret }: WebhooksProps) {
  const isAdmin = useIsAdmin();
  if (webhooks.length === 0) {
    return (
      <EmptyState icon="link" title={words.noneTitle}>
        {words.none}
      </EmptyState>
    );
  }
  return (
    <ul className="webhooks">
      {webhooks.map((webhook) => (
        <li key={webhook.id} className="panel stack">
          <WebhookHead webhook={webhook} />
          <div className="row apart">
            <Link
              to={`/ops/webhooks/${webhook.id}`}
              className={buttonClass({ size: 'small' })}
              aria-label={words.deliveriesOf(webhook.url)}
            >
              {words.deliveries}
            </Link>
            {isAdmin && <WebhookTools webhook={webhook} onChange={onChange} onSecret={onSecret} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function WebhookHead({ webhook: { url, status, eventTypes, registeredAt } }: WebhookHeadProps) {
  return (
    <>
      <div className="row apart">
        <h2>
          <bdi>{url}</bdi>
        </h2>
        <WebhookBadge status={status} />
      </div>
      <div className="webhook-events">
        {eventTypes.map((type) => (
          <Badge key={type}>{words.events[type]}</Badge>
        ))}
        <span className="soft">{words.since(date(registeredAt))}</span>
      </div>
    </>
  );
}

interface WebhookHeadProps {
  readonly webhook: Webhook;
}
