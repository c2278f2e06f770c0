// For an address within the app that leads nowhere, and for what the caller may not see.
import { Link } from 'react-router';
import { buttonClass } from '../../design/button.tsx';
import { EmptyState } from '../../design/states.tsx';
import { useTitle } from '../shell/use-title.ts';
import { texts } from '../texts.ts';

interface NotFoundPageProps {
  readonly title?: string;
  readonly words?: string;
}

export function NotFoundPage({
  title = texts.faults.pageTitle,
  words = texts.faults.page,
}: NotFoundPageProps) {
  useTitle(title);
  return (
    <div className="page">
      <EmptyState
        isPage
        icon="search"
        title={title}
        actions={
          <Link to="/" className={buttonClass({ look: 'primary' })}>
            {texts.faults.home}
          </Link>
        }
      >
        {words}
      </EmptyState>
    </div>
  );
}
