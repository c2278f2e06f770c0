// The reactions: how far each process manager is, and the events that it could not act on.
import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { Button } from '../../../design/button.tsx';
import { Badge, Notice } from '../../../design/states.tsx';
import {
  ReactionsDocument,
  type ReactionsQuery,
  ReplayParkedDocument,
} from '../../../../schema/generated/graphql.ts';
import { counted, dateTime, number } from '../../format.ts';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin, useCommand } from '../use-admin.ts';
import './reactions.css';

const words = operationsTexts.reactions;
const refreshMs = 3_000;

type Reaction = ReactionsQuery['reactions'][number];

export default function ReactionsPage() {
  const { data, error, refetch } = useQuery(ReactionsDocument, { pollInterval: refreshMs });
  return (
    <>
      <PlaceHead title={operationsTexts.places.reactions} about={words.about} />
      {data === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <ul className="reactions">
          {data.reactions.map((reaction) => (
            <ReactionPanel key={reaction.id} reaction={reaction} />
          ))}
        </ul>
      )}
    </>
  );
}

const tones = { LIVE: 'good', CATCHING_UP: 'warm', RETRYING: 'bad' } as const;

function ReactionPanel({ reaction }: { readonly reaction: Reaction }) {
  const { name, state, position, lagMs, error, parkedCount, parked } = reaction;
  const isAdmin = useIsAdmin();
  const { run, isBusy } = useCommand(ReplayParkedDocument, { done: words.replaying });
  const abouts: Readonly<Record<string, string>> = words.abouts;
  return (
    <li className="panel stack">
      <div className="row apart">
        <h2>{name}</h2>
        <Badge tone={tones[state]} dot>
          {operationsTexts.reactionStates[state]}
        </Badge>
      </div>
      {abouts[name] !== undefined && <p className="soft">{abouts[name]}</p>}
      <dl className="facts">
        <dt>{words.position}</dt>
        <dd className="numbers">{position === null ? words.nothing : number(Number(position))}</dd>
        <dt>{words.behind}</dt>
        <dd>{lagMs === 0 ? words.upToDate : words.seconds(number(Math.ceil(lagMs / 1_000)))}</dd>
        <dt>{words.parked}</dt>
        <dd>{number(parkedCount)}</dd>
      </dl>
      {error !== null && (
        <Notice tone="bad" icon="alert">
          <bdi>{error}</bdi>
        </Notice>
      )}
      {parked.length > 0 && (
        <details open={parkedCount <= 5}>
          <summary>{counted(parkedCount, words.parkedEvents)}</summary>
          {isAdmin && (
            <Button
              size="small"
              icon="history"
              busy={isBusy}
              aria-label={words.replayOf(name)}
              onClick={() => void run({ input: { reaction: name } })}
            >
              {words.replay}
            </Button>
          )}
          <ol className="parked">
            {parked.map((event) => (
              <ParkedEvent key={event.eventId} event={event} />
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

function ParkedEvent({ event }: { readonly event: Reaction['parked'][number] }) {
  const { stream, revision, type, reason, attempts, parkedAt } = event;
  const cart = /^cart-([0-9a-f-]{36})$/.exec(stream)?.[1];
  const order = /^order-([0-9a-f-]{36})$/.exec(stream)?.[1];
  return (
    <li>
      <strong>{type}</strong>
      <span className="soft">
        {cart !== undefined && <Link to={`/carts/${cart}/history`}>{words.toCart}</Link>}
        {order !== undefined && <Link to={`/orders/${order}`}>{words.toOrder}</Link>}{' '}
        <code>
          {stream}@{revision}
        </code>
      </span>
      <Notice tone="warm" icon="alert">
        <bdi>{reason}</bdi>
      </Notice>
      <span className="soft">
        {counted(attempts, words.attempts)} · <time dateTime={parkedAt}>{dateTime(parkedAt)}</time>
      </span>
    </li>
  );
}
