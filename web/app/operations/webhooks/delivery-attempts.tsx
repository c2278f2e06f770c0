// The attempts of one delivery: the last one in view, the others behind it.
import type { WebhookDeliveriesQuery } from '../../../../schema/generated/graphql.ts';
import { dateTime, number } from '../../format.ts';
import { webhookTexts as words } from './texts.ts';

type Attempt = WebhookDeliveriesQuery['webhookDeliveries']['nodes'][number]['attempts'][number];

interface DeliveryAttemptsProps {
  readonly title: string;
  /** The first one first; one or more. */
  readonly attempts: readonly Attempt[];
}

export function DeliveryAttempts({ title, attempts }: DeliveryAttemptsProps) {
  const [last, ...earlier] = attempts.toReversed();
  return (
    <div className="attempts">
      {last !== undefined && <ShownAttempt attempt={last} />}
      {earlier.length > 0 && (
        <details>
          <summary>{title}</summary>
          <ol>
            {earlier.map((attempt) => (
              <li key={attempt.at}>
                <ShownAttempt attempt={attempt} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function ShownAttempt({ attempt: { at, durationMs, httpStatus, outcome } }: AttemptProps) {
  return (
    <span className="attempt">
      {words.outcomes[outcome] ?? outcome}
      <span className="soft">
        {words.attempt(httpStatus, number(durationMs))} · <time dateTime={at}>{dateTime(at)}</time>
      </span>
    </span>
  );
}

interface AttemptProps {
  readonly attempt: Attempt;
}
