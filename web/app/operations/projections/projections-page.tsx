// The read models: how far each is, and for admins the switches to pause and resume.
import { Link } from 'react-router';
import { Button } from '../../../design/button.tsx';
import { Badge } from '../../../design/states.tsx';
import {
  PauseProjectionDocument,
  ResumeProjectionDocument,
} from '../../../../schema/generated/graphql.ts';
import { counted, number } from '../../format.ts';
import { PlaceHead } from '../place-head.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin, useCommand } from '../use-admin.ts';
import { earlierOf, type ReadModel, standbyOf, useReadModels } from '../use-read-models.ts';
import { LagChart } from './lag-chart.tsx';
import { useLagHistory } from './use-lag-history.ts';
import './projections.css';

const words = operationsTexts.projections;

export default function ProjectionsPage() {
  const { readModels, error, refetch } = useReadModels();
  const lags = useLagHistory(readModels);
  return (
    <>
      <PlaceHead title={operationsTexts.places.projections} about={words.about} />
      {readModels === undefined ? (
        <QueryState error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="stack loose">
          <LagChart samples={lags} />
          <section className="stack">
            <h2>{words.all}</h2>
            <ul className="read-models">
              {readModels.map((readModel) => (
                <ReadModelRow key={readModel.id} readModel={readModel} />
              ))}
            </ul>
          </section>
        </div>
      )}
    </>
  );
}

function ReadModelRow({ readModel }: { readonly readModel: ReadModel }) {
  const { name, lagEvents, lagMs, position, version, generation, error } = readModel;
  const isAdmin = useIsAdmin();
  return (
    <li className="read-model">
      <div className="name">
        <h3>{name}</h3>
        <StateBadge readModel={readModel} />
      </div>
      <dl>
        <div>
          <dt>{words.behind}</dt>
          <dd>{lagEvents === 0 ? words.upToDate : counted(lagEvents, words.events)}</dd>
          {lagMs > 0 && <dd className="soft">{words.seconds(number(Math.ceil(lagMs / 1_000)))}</dd>}
        </div>
        <div>
          <dt>{words.position}</dt>
          <dd>{position === null ? words.notBegun : number(Number(position))}</dd>
        </div>
        <div>
          <dt>{words.live}</dt>
          <dd>{words.generation(number(generation), number(version))}</dd>
        </div>
        <div>
          <dt>{words.beside}</dt>
          <dd>
            <Beside readModel={readModel} />
          </dd>
        </div>
      </dl>
      {isAdmin && <PauseButton readModel={readModel} />}
      {error !== null && (
        <p className="reason">
          <bdi>{error}</bdi>
        </p>
      )}
    </li>
  );
}

const tones = { LIVE: 'good', CATCHING_UP: 'warm', REBUILDING: 'warm', STOPPED: 'bad' } as const;

function StateBadge({ readModel: { state, isPaused, rebuildDue } }: { readModel: ReadModel }) {
  return (
    <span className="row">
      <Badge tone={isPaused ? 'warm' : tones[state]} dot>
        {isPaused ? words.paused : operationsTexts.projectionStates[state]}
      </Badge>
      {rebuildDue && <Badge tone="warm">{words.rebuildDue}</Badge>}
    </span>
  );
}

function Beside({ readModel }: { readonly readModel: ReadModel }) {
  const building = readModel.others.find(({ status }) => status === 'BUILDING');
  const standby = standbyOf(readModel);
  const earlier = earlierOf(readModel);
  if (building !== undefined) {
    return <Link to="/ops/replays">{words.building(number(building.generation))}</Link>;
  }
  if (standby !== undefined) {
    return <Link to="/ops/replays">{words.standby(number(standby.generation))}</Link>;
  }
  return earlier === undefined ? words.none : words.earlier(number(earlier.generation));
}

function PauseButton({ readModel: { name, isPaused } }: { readonly readModel: ReadModel }) {
  const pause = useCommand(PauseProjectionDocument);
  const resume = useCommand(ResumeProjectionDocument);
  const { run, isBusy } = isPaused ? resume : pause;
  return (
    <Button
      size="small"
      icon={isPaused ? 'play' : 'pause'}
      busy={isBusy}
      aria-label={isPaused ? words.resumeOf(name) : words.pauseOf(name)}
      onClick={() => void run({ input: { name } })}
    >
      {isPaused ? words.resume : words.pause}
    </Button>
  );
}
