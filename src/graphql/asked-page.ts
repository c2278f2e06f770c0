// The part of a list that the page arguments ask for.
import { maxPageSize } from './complexity.js';
import { checkPage, type PageInput } from './input-rules.js';
import { defaultPageSize } from './types/page-arguments.js';

export interface AskedPage<Place> {
  readonly size: number;
  readonly isFromEnd: boolean;
  readonly after: Place | null;
  readonly before: Place | null;
}

/** @throws ApiError BAD_USER_INPUT */
export function askedPage<Place>(
  page: PageInput,
  decode: (cursor: string) => Place,
): AskedPage<Place> {
  const { last, after, before } = page;
  // The contract gives `first` a value where it is left out, so it cannot contradict `last`.
  const first = last != null && page.first === defaultPageSize ? null : page.first;
  checkPage({ ...page, first }, maxPageSize);
  return {
    size: last ?? first ?? defaultPageSize,
    isFromEnd: last != null,
    after: after == null ? null : decode(after),
    before: before == null ? null : decode(before),
  };
}
