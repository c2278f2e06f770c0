// The routes of a place that has places within it; an address of none of them says so.
import type { ReactNode } from 'react';
import { Link, Route, Routes } from 'react-router';
import { buttonClass } from '../../design/button.tsx';
import { EmptyState } from '../../design/states.tsx';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';
import { operationsTexts as words } from './texts.ts';

/** @param children elements of `Route` */
export function PlacesWithin({ children }: { readonly children: ReactNode }) {
  return (
    <Routes>
      {children}
      <Route path="*" element={<NoPlace />} />
    </Routes>
  );
}

function NoPlace() {
  useTitle(texts.faults.pageTitle);
  return (
    <EmptyState
      isPage
      icon="search"
      title={texts.faults.pageTitle}
      actions={
        <Link to="/ops" className={buttonClass({ look: 'primary' })}>
          {words.toOverview}
        </Link>
      }
    >
      {words.placeMissing}
    </EmptyState>
  );
}
