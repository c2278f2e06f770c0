// The deliveries of one webhook, each with its attempts; admins ask for one again.
import { useQuery } from '@apollo/client/react';
import { Link, useParams } from 'react-router';
import { Button } from '../../../design/button.tsx';
import { EmptyState } from '../../../design/states.tsx';
import { type Column, Table } from '../../../design/table.tsx';
import {
  RedeliverWebhookDocument,
  WebhookDeliveriesDocument,
  type WebhookDeliveriesQuery,
  WebhooksDocument,
} from '../../../../schema/generated/graphql.ts';
import { counted, dateTime } from '../../format.ts';
import { PageTurner, usePageStack } from '../page-stack.tsx';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { useCommand, useIsAdmin } from '../use-admin.ts';
import { DeliveryAttempts } from './delivery-attempts.tsx';
import { webhookTexts as words } from './texts.ts';
import { DeliveryBadge, WebhookBadge } from './webhook-badges.tsx';
import { readAnew } from '../read-anew.ts';

const pageSize = 25;
const refreshMs = 3_000;

type Delivery = WebhookDeliveriesQuery['webhookDeliveries']['nodes'][number];

export function WebhookLog() {
  const { webhookId = '' } = useParams();
  const { data, error, refetch } = useQuery(WebhooksDocument);
  const webhook = data?.webhooks.find(({ id }) => id === webhookId);
  return (
    <div className="stack">
      <Link to="/ops/webhooks" className="soft">
        ← {words.back}
      </Link>
      {data === undefined && <QueryState isPage error={error} onRetry={() => void refetch()} />}
      {data !== undefined && webhook === undefined && (
        <EmptyState isPage icon="search" title={words.missingTitle}>
          {words.missing}
        </EmptyState>
      )}
      {webhook !== undefined && (
        <>
          <PlaceHead
            title={words.deliveries}
            about={words.logAbout}
            actions={<WebhookBadge status={webhook.status} />}
          />
          <p className="webhook-url">
            <bdi>{webhook.url}</bdi>
          </p>
          <Log webhookId={webhookId} />
        </>
      )}
    </div>
  );
}

function Log({ webhookId }: { readonly webhookId: string }) {
  const isAdmin = useIsAdmin();
  const stack = usePageStack(webhookId);
  const { data, previousData, error, loading, refetch } = useQuery(WebhookDeliveriesDocument, {
    variables: {
      ...{ webhookId, first: pageSize },
      ...(stack.cursor !== undefined && { after: stack.cursor }),
    },
    ...readAnew,
    pollInterval: refreshMs,
    notifyOnNetworkStatusChange: true,
  });
  const page = (data ?? (error === undefined ? previousData : undefined))?.webhookDeliveries;
  if (page === undefined) return <QueryState error={error} onRetry={() => void refetch()} />;
  if (page.totalCount === 0) {
    return (
      <EmptyState icon="link" title={words.noDeliveriesTitle}>
        {words.noDeliveries}
      </EmptyState>
    );
  }
  const again = {
    key: 'again',
    head: '',
    cell: (delivery: Delivery) => (
      <RedeliverButton delivery={delivery} onDone={() => void refetch()} />
    ),
  };
  return (
    <>
      <Table
        stacks
        caption={words.log}
        columns={isAdmin ? [...columns, again] : columns}
        rows={page.nodes}
        keyOf={({ id }) => id}
      />
      <PageTurner
        stack={stack}
        nextCursor={page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null}
        busy={loading}
      />
    </>
  );
}

const columns: readonly Column<Delivery>[] = [
  {
    key: 'event',
    head: words.columns.event,
    cell: ({ eventType, stream, revision }) => (
      <>
        <strong>{eventType}</strong>
        <br />
        <Link to={`/ops/events?stream=${encodeURIComponent(stream)}`}>
          <bdi className="contents">{`${stream}@${revision}`}</bdi>
        </Link>
      </>
    ),
  },
  {
    key: 'status',
    head: words.columns.status,
    cell: ({ status, nextAttemptAt }) => (
      <span className="delivery-status">
        <DeliveryBadge status={status} />
        {nextAttemptAt !== null && Date.parse(nextAttemptAt) > Date.now() && (
          <span className="soft">{words.nextAttempt(dateTime(nextAttemptAt))}</span>
        )}
      </span>
    ),
  },
  {
    key: 'planned',
    head: words.columns.planned,
    cell: ({ plannedAt }) => <time dateTime={plannedAt}>{dateTime(plannedAt)}</time>,
  },
  {
    key: 'attempts',
    head: words.columns.attempts,
    cell: ({ attempts }) =>
      attempts.length === 0 ? (
        <span className="soft">{words.noAttempt}</span>
      ) : (
        <DeliveryAttempts title={counted(attempts.length, words.attempts)} attempts={attempts} />
      ),
  },
];

function RedeliverButton({
  delivery: { id, eventType, stream },
  onDone,
}: {
  readonly delivery: Delivery;
  readonly onDone: () => void;
}) {
  const { run, isBusy } = useCommand(RedeliverWebhookDocument, { done: words.redelivered });
  return (
    <Button
      size="small"
      busy={isBusy}
      aria-label={words.redeliverOf(eventType, stream)}
      onClick={() => void run({ input: { deliveryId: id } }).then(onDone)}
    >
      {words.redeliver}
    </Button>
  );
}
