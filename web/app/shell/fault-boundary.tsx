// Catches what a page throws while it is drawn, so that the rest of the app stays usable.
import { Component, type ReactNode, useEffect, useState } from 'react';
import { useCartServices } from '../../cart-client/cart-context.ts';
import { useStore } from '../../cart-client/use-store.ts';
import { ErrorState } from '../../design/states.tsx';
import { isJustReloaded, isMissingCode } from '../missing-code.ts';
import { texts } from '../texts.ts';
import { useOnline } from './use-online.ts';

interface FaultBoundaryProps {
  readonly children: ReactNode;
  /** Another value, such as another address, gives the page another try. */
  readonly resetKey: string;
  /** What is drawn in its place; default: the fault, on a page of its own. */
  readonly fallback?: ReactNode;
}

interface FaultBoundaryState {
  readonly error: unknown;
  readonly resetKey: string;
}

export class FaultBoundary extends Component<FaultBoundaryProps, FaultBoundaryState> {
  override readonly state: FaultBoundaryState = { error: undefined, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error('Something empty was thrown') };
  }

  static getDerivedStateFromProps(
    { resetKey }: FaultBoundaryProps,
    state: FaultBoundaryState,
  ): FaultBoundaryState | null {
    return resetKey === state.resetKey ? null : { error: undefined, resetKey };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    if (this.props.fallback !== undefined) return this.props.fallback;
    return <BrokenPage error={this.state.error} />;
  }
}

const reload = () => window.location.reload();

/**
 * A page whose code was asked for without a network comes by itself when that is back, and one whose
 * code is gone comes from the build that is served now.
 */
function BrokenPage({ error }: { readonly error: unknown }) {
  const { commands } = useCartServices();
  const isIdle = useStore(commands.pending) === 0;
  const [isOffline] = useState(!navigator.onLine);
  const isOnline = useOnline();
  // What is still being sent would be lost with the page.
  const isBack = isOffline && isOnline && isIdle;
  const isOutdated = useOutdated(error) && isIdle;
  useEffect(() => {
    if (isBack || isOutdated) reload();
  }, [isBack, isOutdated]);
  return (
    <div className="page">
      <ErrorState isPage title={texts.faults.brokenTitle} retryLabel={texts.retry} onRetry={reload}>
        {texts.faults.broken}
      </ErrorState>
    </div>
  );
}

/** Whether the code of a page was not there, and the service is: it has another build. */
function useOutdated(error: unknown): boolean {
  const [isServed, setServed] = useState(false);
  const isTried = isMissingCode(error) && navigator.onLine && !isJustReloaded();
  useEffect(() => {
    if (!isTried) return;
    // Without an answer, a reload would leave nothing at all.
    fetch(window.location.href, { method: 'HEAD' }).then(
      () => setServed(true),
      () => undefined,
    );
  }, [isTried]);
  return isServed;
}
