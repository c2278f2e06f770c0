// Catches what a page throws while it is drawn, so that the rest of the app stays usable.
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../../design/states.tsx';
import { texts } from '../texts.ts';

interface FaultBoundaryProps {
  readonly children: ReactNode;
  /** Another value, such as another address, gives the page another try. */
  readonly resetKey: string;
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
    return (
      <div className="page">
        <ErrorState
          isPage
          title={texts.faults.brokenTitle}
          retryLabel={texts.retry}
          onRetry={() => window.location.reload()}
        >
          {texts.faults.broken}
        </ErrorState>
      </div>
    );
  }
}
