// Replays: build read models beside the live ones, look at the differences, promote, roll back.
import { lazy } from 'react';
import { Route } from 'react-router';
import { Notice } from '../../../design/states.tsx';
import { PlaceHead } from '../place-head.tsx';
import { PlacesWithin } from '../places-within.tsx';
import { QueryState } from '../query-state.tsx';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin } from '../use-admin.ts';
import { useReadModels } from '../use-read-models.ts';
import { RebuildForm } from './rebuild-form.tsx';
import { ReplayCard } from './replay-card.tsx';
import { Standby } from './standby.tsx';
import { useReplays } from './use-replays.ts';
import { replayTexts } from './texts.ts';
import './replays.css';

const words = replayTexts;
const ReportPage = lazy(() => import('./report-page.tsx'));

export default function ReplaysPage() {
  return (
    <PlacesWithin>
      <Route index element={<ReplayDesk />} />
      <Route path="reports/:id" element={<ReportPage />} />
    </PlacesWithin>
  );
}

function ReplayDesk() {
  const { readModels, error, refetch } = useReadModels();
  const { replays, error: replaysError, refetch: again } = useReplays();
  const isAdmin = useIsAdmin();
  if (readModels === undefined || replays === undefined) {
    const retry = () => {
      void refetch();
      void again();
    };
    return (
      <>
        <PlaceHead title={operationsTexts.places.replays} about={words.about} />
        <QueryState error={error ?? replaysError} onRetry={retry} />
      </>
    );
  }
  const isRunning = replays.some(({ state }) => state === 'RUNNING');
  return (
    <>
      <PlaceHead title={operationsTexts.places.replays} about={words.about} />
      <div className="replay-desk">
        <div className="stack loose">
          <Standby readModels={readModels} isRunning={isRunning} />
          <section className="stack">
            <h2>{words.record}</h2>
            {replays.length === 0 && <p className="soft">{words.noRecord}</p>}
            <ul className="replays">
              {replays.map((replay) => (
                <ReplayCard key={replay.id} replay={replay} />
              ))}
            </ul>
          </section>
        </div>
        {isAdmin ? (
          <RebuildForm readModels={readModels} isRunning={isRunning} />
        ) : (
          <aside>
            <Notice>{operationsTexts.onlyAdmins}</Notice>
          </aside>
        )}
      </div>
    </>
  );
}
