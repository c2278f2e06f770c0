// Sorts what the client library throws: what passes by itself, what an operator has to change, and
// a later relay that has taken over.
import { AuthenticationError, UnsupportedApiError, UserError } from '@platformatic/kafka';
import {
  innermostReason,
  KafkaRefusedError,
  KafkaUnavailableError,
  RelayFencedError,
} from '../topics.js';

const fencing = ['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'];

const unsupported = ['UNSUPPORTED_VERSION', 'UNSUPPORTED_FOR_MESSAGE_FORMAT'];

const refusing = [
  ...unsupported,
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_TRANSACTION_TIMEOUT',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
];

/** A broker whose protocol is older than a call needs. */
export class KafkaTooOldError extends KafkaRefusedError {
  override readonly name = 'KafkaTooOldError';
}

/** @param doing such as `writing to topic carts` */
export function kafkaError(doing: string, error: unknown): Error {
  if (!(error instanceof Error) || isOurs(error)) return error as Error;
  const code = (names: readonly string[]) => names.find((name) => has(error, name));
  if (code(fencing) !== undefined) return new RelayFencedError(error);
  const named = code(refusing);
  const reason = innermostReason(error);
  if (code(unsupported) !== undefined || within(error, 'code', UnsupportedApiError.code)) {
    return new KafkaTooOldError(doing, `the brokers do not support it: ${reason}`, error);
  }
  if (named !== undefined) return new KafkaRefusedError(doing, `${named}: ${reason}`, error);
  const isSignIn = within(error, 'code', AuthenticationError.code) !== undefined;
  if (isSignIn) return new KafkaRefusedError(doing, reason, error);
  return new KafkaUnavailableError(doing, error);
}

/** Whether a broker said this; `name` is of Kafka's protocol. */
export function has(error: Error, name: string): boolean {
  return within(error, 'apiId', name) !== undefined;
}

/** An error or what it wraps. The library's own search looks into no cause. */
function within(error: unknown, property: string, value: string): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  if (Reflect.get(error, property) === value) return error;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const each of [...inner, error.cause]) {
    const found = within(each, property, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The library answers a question about such a topic with words of its own, and no cause. */
export function isUnknownTopic(error: Error): boolean {
  if (has(error, 'UNKNOWN_TOPIC_OR_PARTITION')) return true;
  return within(error, 'code', UserError.code)?.message.startsWith('Unknown topic ') ?? false;
}

function isOurs(error: Error): boolean {
  return [KafkaRefusedError, KafkaUnavailableError, RelayFencedError].some(
    (one) => error instanceof one,
  );
}

/** @throws the sorted error of the work */
export async function sorted<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw kafkaError(doing, error);
  }
}
