import { Component, type ReactNode } from 'react';

interface Props {
  children: ReactNode;
  fallback: (retry: () => void) => ReactNode;
  /** A new value clears the error: another view deserves another try. */
  resetKey?: string;
}

interface State {
  broken: boolean;
  resetKey: string | undefined;
}

/** An error stays in the widget where it happened. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { broken: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError(): Partial<State> {
    return { broken: true };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { broken: false, resetKey: props.resetKey };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return this.props.fallback(() => {
      this.setState({ broken: false });
    });
  }
}
