// The operations board: its places beside the one that is open. For support and admins only.
import { lazy, Suspense } from 'react';
import { Route, useLocation } from 'react-router';
import { EmptyState, Skeleton } from '../../design/states.tsx';
import { isPageShown, useSignedIn } from '../session-context.ts';
import { FaultBoundary } from '../shell/fault-boundary.tsx';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { shownPlaces } from './places.ts';
import { PlacesNavigation } from './places-navigation.tsx';
import { PlacesWithin } from './places-within.tsx';
import { operationsTexts as words } from './texts.ts';
import './operations.css';

const SignInPage = lazy(() => import('../sign-in/sign-in-page.tsx'));

export default function OperationsPage() {
  const person = useSignedIn();
  if (person?.role === 'support' || person?.role === 'admin') return <Board />;
  return isPageShown('sign-in') ? <SignInPage role="support" stays /> : <Gate />;
}

function Board() {
  const { pathname } = useLocation();
  return (
    <div className="board">
      <PlacesNavigation />
      <div className="board-content">
        <FaultBoundary resetKey={pathname}>
          <Suspense fallback={<PlaceSkeleton />}>
            <PlacesWithin>
              {shownPlaces.map(({ path, Page }) => (
                // A place may have places of its own, such as one report.
                <Route key={path} path={path === '' ? '' : `${path}/*`} element={<Page />} />
              ))}
            </PlacesWithin>
          </Suspense>
        </FaultBoundary>
      </div>
    </div>
  );
}

function Gate() {
  useTitle(words.title);
  return (
    <div className="page">
      <EmptyState isPage icon="person" title={words.gate.title}>
        {words.gate.production}
      </EmptyState>
    </div>
  );
}

function PlaceSkeleton() {
  return (
    <div className="stack" aria-busy="true">
      <span className="visually-hidden" role="status">
        {texts.loading}
      </span>
      <Skeleton width="12rem" height="2rem" />
      <Skeleton height="6rem" />
      <Skeleton height="14rem" />
    </div>
  );
}
