// The time machine: the past of one cart as a track, the cart as it stood, and why.
import './history.css';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { buttonClass } from '../../design/button.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../design/states.tsx';
import { codeOf, isOfNothing, wordsOf } from '../faults.ts';
import { NotFoundPage } from '../pages/not-found-page.tsx';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { CartThen } from './cart-then.tsx';
import { EventList } from './event-list.tsx';
import { HistoryContext, useHistory } from './history-context.ts';
import { HistoryHead } from './history-head.tsx';
import { SideTabs } from './side-tabs.tsx';
import { steppedBy } from './steps.ts';
import { Track } from './track.tsx';
import { useHistoryOf } from './use-history.ts';
import { historyTexts } from './texts.ts';

const words = historyTexts;

export default function HistoryPage() {
  const { id = '' } = useParams();
  // Another cart begins anew.
  return <CartHistoryPage key={id} cartId={id} />;
}

function CartHistoryPage({ cartId }: { readonly cartId: string }) {
  useTitle(words.title);
  const { history, fault, isBeforeOpening, reload } = useHistoryOf(cartId);
  // An address that names no cart gets the same answer as an unknown or a foreign one.
  if (isOfNothing(fault)) {
    return <NotFoundPage title={words.notFoundTitle} words={words.notFound} />;
  }
  if (codeOf(fault) === 'FORBIDDEN') return <ReasonNeeded />;
  if (fault !== undefined) {
    return (
      <div className="page">
        <ErrorState isPage title={texts.faults.loadTitle} retryLabel={texts.retry} onRetry={reload}>
          {wordsOf(fault)}
        </ErrorState>
      </div>
    );
  }
  if (history === undefined) return <HistorySkeleton />;
  return (
    <HistoryContext value={history}>
      <Keys />
      <div className="page wide history">
        <HistoryHead />
        {history.past.events.length === 0 ? (
          <Notice tone="warm">{words.known.nothing}</Notice>
        ) : (
          <ShownMoment isBeforeOpening={isBeforeOpening} />
        )}
      </div>
    </HistoryContext>
  );
}

function ShownMoment({ isBeforeOpening }: { readonly isBeforeOpening: boolean }) {
  return (
    <>
      {isBeforeOpening && <Notice tone="warm">{words.notOpenYet}</Notice>}
      <Track />
      <div className="history-parts">
        <EventList />
        <CartThen />
        <SideTabs />
      </div>
    </>
  );
}

/** Elements that use the arrow keys themselves. */
const ownKeys = 'input, select, textarea, [contenteditable], [role="tab"], dialog[open]';

/** The arrow keys work wherever on the page the focus is. */
function Keys() {
  const { shown, show, past } = useHistory();
  const { length } = past.events;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (event.defaultPrevented || target.closest(ownKeys) !== null) return;
      const isArrow = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
      const next = isArrow ? steppedBy(event, shown, length) : undefined;
      if (next === undefined) return;
      event.preventDefault();
      show(next);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [shown, show, length]);
  return null;
}

function ReasonNeeded() {
  return (
    <div className="page">
      <EmptyState
        isPage
        icon="info"
        title={words.reasonTitle}
        actions={
          <Link to="/sign-in" className={buttonClass({ look: 'primary' })}>
            {texts.navigation.signIn}
          </Link>
        }
      >
        {words.reason}
      </EmptyState>
    </div>
  );
}

function HistorySkeleton() {
  return (
    <div className="page wide history" aria-busy="true">
      <span className="visually-hidden" role="status">
        {texts.loading}
      </span>
      <Skeleton width="min(28rem, 80%)" height="2.5rem" />
      <Skeleton height="17rem" />
      <div className="history-parts">
        <Skeleton height="24rem" />
        <Skeleton height="24rem" />
        <Skeleton height="24rem" />
      </div>
    </div>
  );
}
