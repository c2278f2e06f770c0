// The overview: how the read models and the reactions are doing, and what needs attention.
import { useQuery } from '@apollo/client/react';
import { Link } from 'react-router';
import { Notice } from '../../../design/states.tsx';
import {
  ProjectionsDocument,
  type ProjectionsQuery,
  ReactionsDocument,
  type ReactionsQuery,
} from '../../../../schema/generated/graphql.ts';
import { counted, number } from '../../format.ts';
import { Figure, PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { concernsOf } from './concerns.ts';

const words = operationsTexts.overview;
const refreshMs = 5_000;

export default function OverviewPage() {
  const projections = useQuery(ProjectionsDocument, { pollInterval: refreshMs });
  const reactions = useQuery(ReactionsDocument, { pollInterval: refreshMs });
  return (
    <>
      <PlaceHead title={operationsTexts.places.overview} about={words.about} />
      {projections.data === undefined || reactions.data === undefined ? (
        <QueryState
          error={projections.error ?? reactions.error}
          onRetry={() => {
            void projections.refetch();
            void reactions.refetch();
          }}
        />
      ) : (
        <div className="stack loose">
          <Figures
            projections={projections.data.projections}
            reactions={reactions.data.reactions}
          />
          <Concerns
            projections={projections.data.projections}
            reactions={reactions.data.reactions}
          />
        </div>
      )}
    </>
  );
}

interface Loaded {
  readonly projections: ProjectionsQuery['projections'];
  readonly reactions: ReactionsQuery['reactions'];
}

const liveOf = (all: readonly { readonly state: string }[]) =>
  words.ofLive(number(all.filter(({ state }) => state === 'LIVE').length), number(all.length));

const toneOf = (all: readonly { readonly state: string }[]) =>
  all.some(({ state }) => state === 'STOPPED' || state === 'RETRYING') ? 'bad' : 'plain';

function Figures({ projections, reactions }: Loaded) {
  const behind = Math.max(0, ...projections.map(({ lagEvents }) => lagEvents));
  const parked = reactions.reduce((sum, { parkedCount }) => sum + parkedCount, 0);
  return (
    <dl className="figures">
      <Figure label={words.readModels} value={liveOf(projections)} tone={toneOf(projections)} />
      <Figure label={words.reactions} value={liveOf(reactions)} tone={toneOf(reactions)} />
      <Figure
        label={words.lag}
        value={behind === 0 ? words.upToDate : counted(behind, words.events)}
        tone={behind === 0 ? 'plain' : 'warm'}
      />
      <Figure label={words.parked} value={number(parked)} tone={parked === 0 ? 'plain' : 'warm'} />
    </dl>
  );
}

function Concerns({ projections, reactions }: Loaded) {
  const concerns = concernsOf(projections, reactions);
  return (
    <section className="stack">
      <h2>{words.attention}</h2>
      {concerns.length === 0 && (
        <Notice tone="good" icon="check">
          {words.calm}
        </Notice>
      )}
      {concerns.map(({ tone, text, to }) => (
        <Notice key={text} tone={tone} icon="alert">
          <bdi>{text}</bdi> <Link to={to}>{words.look}</Link>
        </Notice>
      ))}
    </section>
  );
}
