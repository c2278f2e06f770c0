// The title of the browser's tab.
import { useEffect } from 'react';
import { texts } from '../texts.ts';

export function useTitle(title?: string): void {
  useEffect(() => {
    document.title = title === undefined ? texts.name : `${title} · ${texts.name}`;
  }, [title]);
}
