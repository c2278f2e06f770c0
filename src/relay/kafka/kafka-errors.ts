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
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'INVALID_CONFIG',
  'INVALID_PARTITIONS',
];

/**
 * No certificate that is trusted, or no TLS that both sides speak: codes of Node and OpenSSL,
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes.
 */
const untrusting = /CERT|^ERR_(SSL|TLS)_|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/;

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
  const untrusted = find(error, (one) => untrusting.test(String(Reflect.get(one, 'code'))));
  if (untrusted !== undefined) {
    return new KafkaRefusedError(doing, `no TLS with the brokers: ${untrusted.message}`, error);
  }
  const isSignIn = within(error, 'code', AuthenticationError.code) !== undefined;
  if (isSignIn) return new KafkaRefusedError(doing, reason, error);
  return new KafkaUnavailableError(doing, error);
}

/** Whether a broker said this; `name` is of Kafka's protocol. */
export function has(error: Error, name: string): boolean {
  return within(error, 'apiId', name) !== undefined;
}

function within(error: unknown, property: string, value: string): Failure | undefined {
  return find(error, (one) => Reflect.get(one, property) === value);
}

interface Failure {
  readonly message: string;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

/** An error or what it wraps. The library's own search looks into no cause. */
function find(error: unknown, isIt: (error: object) => boolean): Failure | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const failure = error as Failure;
  if (isIt(failure)) return failure;
  for (const each of [...(failure.errors ?? []), failure.cause]) {
    const found = find(each, isIt);
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
