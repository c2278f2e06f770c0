// What one event holds. The content of a cart's or an order's event is a look at the cart, which is
// put on record; so it is read when the event is opened, and not before.
import { useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { Button } from '../../../design/button.tsx';
import { Notice, Skeleton } from '../../../design/states.tsx';
import { useToast } from '../../../design/toast.tsx';
import {
  LogEventAtDocument,
  type LogEventFieldsFragment,
} from '../../../../schema/generated/graphql.ts';
import { date, number, preciseTime } from '../../format.ts';
import { wordsOf } from '../../faults.ts';
import { actorInWords } from '../../history/actor-words.ts';
import { DetailLink } from '../finding/detail-link.tsx';
import { useReason } from '../finding/reason-bar.tsx';
import { findingTexts } from '../finding/texts.ts';
import { shownJson } from './shown-json.ts';

const words = findingTexts.events;
const { facts } = words;

type LogEvent = LogEventFieldsFragment;

interface EventContentProps {
  readonly event: LogEvent;
  /** Whether what is around it says its type already. */
  readonly isTitled?: boolean;
}

export function EventContent({ event, isTitled = false }: EventContentProps) {
  return (
    <div className="stack event-content">
      <div>
        {!isTitled && (
          <h2>
            <bdi>{event.type}</bdi>
          </h2>
        )}
        <p className="soft">
          <bdi className="log-stream-whole">{event.stream}</bdi> ·{' '}
          {words.at(number(event.revision))}
        </p>
      </div>
      <Facts event={event} />
      <Links event={event} />
      <Content event={event} />
    </div>
  );
}

function Facts({ event }: { readonly event: LogEvent }) {
  const { id, position, recordedAt, occurredAt, schemaVersion, reason, causationId, flaw } = event;
  return (
    <dl className="facts">
      <Fact name={facts.recorded}>
        <Instant at={recordedAt} />
      </Fact>
      <Fact name={facts.happened}>
        <Instant at={occurredAt} />
      </Fact>
      <Fact name={facts.who}>
        <bdi>{actorInWords(event.actor)}</bdi>
      </Fact>
      {reason != null && (
        <Fact name={facts.why}>
          <bdi>{reason}</bdi>
        </Fact>
      )}
      <Fact name={facts.version}>{number(schemaVersion)}</Fact>
      <Fact name={facts.position}>
        <code>{position}</code>
      </Fact>
      <Fact name={facts.id}>
        <code className="id">{id}</code>
      </Fact>
      {event.correlationId != null && (
        <Fact name={facts.correlation}>
          <code className="id">
            <bdi>{event.correlationId}</bdi>
          </code>
        </Fact>
      )}
      {causationId != null && (
        <Fact name={facts.causation}>
          <code className="id">
            <bdi>{causationId}</bdi>
          </code>
        </Fact>
      )}
      {flaw != null && (
        <Fact name={facts.flaw}>
          <bdi>{flaw}</bdi>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Instant({ at }: { readonly at: string }) {
  return (
    <time dateTime={at}>
      {date(at)} <span className="soft numbers">{preciseTime(at)}</span>
    </time>
  );
}

function Links({ event: { stream, category, correlationId } }: { readonly event: LogEvent }) {
  const filtered = (name: string, value: string) =>
    `/ops/events?${new URLSearchParams({ [name]: value }).toString()}`;
  return (
    <nav className="detail-links" aria-label={words.detail}>
      <DetailLink icon="list" to={filtered('stream', stream)}>
        {words.sameStream}
      </DetailLink>
      {correlationId != null && (
        <DetailLink icon="link" to={filtered('correlationId', correlationId)}>
          {words.sameCorrelation}
        </DetailLink>
      )}
      {category === 'cart' && (
        <DetailLink icon="history" to={`/carts/${stream.slice('cart-'.length)}/history`}>
          {words.history}
        </DetailLink>
      )}
    </nav>
  );
}

const needsReason = ({ category }: LogEvent) => category === 'cart' || category === 'order';

function Content({ event }: { readonly event: LogEvent }) {
  const reason = useReason();
  const isAsked = !needsReason(event) || reason !== '';
  const { data, error } = useQuery(LogEventAtDocument, {
    variables: { position: event.position },
    fetchPolicy: 'no-cache',
    skip: !isAsked,
  });
  if (!isAsked) return <Notice icon="eye">{words.reasonNeeded}</Notice>;
  if (error !== undefined) {
    return (
      <Notice tone="bad" icon="alert" role="alert">
        {wordsOf(error)}
      </Notice>
    );
  }
  if (data === undefined) return <Skeleton height="12rem" />;
  if (data.eventAt == null) return <Notice icon="alert">{words.gone}</Notice>;
  const { data: held, metadata } = data.eventAt;
  return (
    <>
      <Json title={words.data} value={held}>
        <CopyButton label={words.copyData} text={shownJson(held)} />
      </Json>
      <Json title={words.metadata} value={metadata}>
        <CopyButton label={words.copyAll} text={shownJson({ ...event, data: held, metadata })} />
      </Json>
      <p className="soft">{words.hidden}</p>
    </>
  );
}

interface JsonProps {
  readonly title: string;
  readonly value: unknown;
  readonly children: ReactNode;
}

function Json({ title, value, children }: JsonProps) {
  return (
    <section className="stack tight">
      <div className="row apart">
        <h3>{title}</h3>
        {children}
      </div>
      <pre className="json" tabIndex={0} aria-label={title} dir="ltr">
        {shownJson(value)}
      </pre>
    </section>
  );
}

function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const toast = useToast();
  const copy = () => {
    const { clipboard } = navigator as Partial<Navigator>;
    const copying = clipboard?.writeText(text) ?? Promise.reject(new Error('No clipboard'));
    copying.then(
      () => toast({ text: findingTexts.copied }),
      () => toast({ text: findingTexts.copyFailed, tone: 'bad' }),
    );
  };
  return (
    <Button size="small" look="quiet" onClick={copy}>
      {label}
    </Button>
  );
}
