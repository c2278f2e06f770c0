// What is shown while there is no data yet, none at all, or no way to get it.
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icons.tsx';

/** A grey place of the size that the data will have. Hidden from screen readers. */
export function Skeleton({ width = '100%', height = '1em' }: { width?: string; height?: string }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}

interface BlankProps {
  readonly icon?: IconName;
  readonly title: string;
  /** It is all that the page has: its title is the page's heading. */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
  /** Buttons or links that lead on. */
  readonly actions?: ReactNode;
}

export function EmptyState({ icon = 'info', title, isPage, children, actions }: BlankProps) {
  const Heading = isPage === true ? 'h1' : 'h2';
  return (
    <div className="blank">
      <Icon name={icon} size={40} />
      <Heading>{title}</Heading>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className="row">{actions}</div>}
    </div>
  );
}

interface ErrorStateProps extends BlankProps {
  readonly retryLabel?: string;
  readonly onRetry?: () => void;
}

export function ErrorState({ retryLabel, onRetry, actions, ...rest }: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState
        icon="alert"
        {...rest}
        actions={
          <>
            {onRetry !== undefined && (
              <Button look="primary" onClick={onRetry}>
                {retryLabel}
              </Button>
            )}
            {actions}
          </>
        }
      />
    </div>
  );
}

interface NoticeProps {
  readonly tone?: 'plain' | 'warm' | 'bad' | 'good';
  readonly icon?: IconName;
  readonly role?: 'status' | 'alert';
  readonly children: ReactNode;
}

export function Notice({ tone = 'plain', icon = 'info', role, children }: NoticeProps) {
  return (
    <div className={`notice ${tone}`} role={role}>
      <Icon name={icon} size={18} />
      <div>{children}</div>
    </div>
  );
}

interface BadgeProps {
  readonly tone?: 'plain' | 'good' | 'warm' | 'bad';
  readonly dot?: boolean;
  readonly children: ReactNode;
}

export function Badge({ tone = 'plain', dot = false, children }: BadgeProps) {
  return (
    <span className={`badge ${tone}`}>
      {dot && <span className="dot" aria-hidden="true" />}
      {children}
    </span>
  );
}
