// A search that found nothing: there is none at all, or none that matches.
import type { IconName } from '../../../design/icons.tsx';
import { EmptyState } from '../../../design/states.tsx';

interface NothingFoundProps {
  readonly isFiltered: boolean;
  readonly icon: IconName;
  readonly words: Readonly<Record<'emptyTitle' | 'empty' | 'noneTitle' | 'noneYet', string>>;
}

export function NothingFound({ isFiltered, icon, words }: NothingFoundProps) {
  return isFiltered ? (
    <EmptyState icon="search" title={words.emptyTitle}>
      {words.empty}
    </EmptyState>
  ) : (
    <EmptyState icon={icon} title={words.noneTitle}>
      {words.noneYet}
    </EmptyState>
  );
}
