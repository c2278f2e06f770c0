// Subscribes again while the service is away. graphql-ws does so when a connection is lost, but
// takes an error of the service, and some codes of a close, for the end.
import type { Client, FormattedExecutionResult, Sink, SubscribePayload } from 'graphql-ws';

type Result = FormattedExecutionResult<Record<string, unknown>, unknown>;

interface PatientSubscription {
  readonly client: Pick<Client, 'subscribe'>;
  /** Read at each try. */
  readonly payload: SubscribePayload;
  readonly sink: Sink<Result>;
  readonly waitMs: (failures: number) => number;
}

/** @returns what ends the subscription */
export function subscribePatiently(options: PatientSubscription): () => void {
  const { client, payload, sink, waitMs } = options;
  let [isOver, failures] = [false, 0];
  let leave: () => void = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = () => {
    if (isOver) return;
    timer = setTimeout(begin, waitMs(failures));
    failures += 1;
  };
  const begin = () => {
    let hasFailed = false;
    leave = client.subscribe(payload, {
      next: (result) => {
        hasFailed = result.data == null && isAway(result.errors);
        if (hasFailed) return;
        failures = 0;
        sink.next(result);
      },
      error: (error) => (isAway(error) || isPassingClose(error) ? again() : sink.error(error)),
      complete: () => (hasFailed ? again() : sink.complete()),
    });
  };
  begin();
  return () => {
    isOver = true;
    clearTimeout(timer);
    leave();
  };
}

const passingCodes: readonly unknown[] = ['SERVICE_UNAVAILABLE', 'RATE_LIMITED'];

/** Whether these are errors of which each passes by itself. */
function isAway(errors: unknown): boolean {
  if (!Array.isArray(errors) || errors.length === 0) return false;
  return errors.every((error: { readonly extensions?: Readonly<Record<string, unknown>> }) =>
    passingCodes.includes(error.extensions?.['code']),
  );
}

/** What a proxy or a fault of the service closes with: 1002, 1011 and 4500. */
const passingCloses: readonly unknown[] = [1002, 1011, 4500];

const isPassingClose = (error: unknown) =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  passingCloses.includes(error.code);
