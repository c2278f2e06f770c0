// How the adapter connects to the brokers, for all its clients.
import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaSignIn } from './sign-in.js';

export interface KafkaConnection {
  /** Such as `broker:9092`. */
  readonly brokers: readonly string[];
  readonly isEncrypted?: boolean | undefined;
  readonly signIn?: KafkaSignIn | undefined;
  /** A broker that does not answer within this time is away. Default: 10,000. */
  readonly answerMs?: number;
}

export const ANSWER_MS = 10_000;
const CONNECT_MS = 3_000;
export const RETRY_MS = 250;
export const RETRIES = 2;

export function clientOptions(connection: KafkaConnection): BaseOptions {
  const { brokers, isEncrypted, signIn, answerMs = ANSWER_MS } = connection;
  return {
    clientId: 'cartograph-relay',
    bootstrapBrokers: [...brokers],
    // How long the brokers may take, and how long the client waits for a broker that says nothing.
    timeout: answerMs,
    requestTimeout: answerMs,
    connectTimeout: CONNECT_MS,
    // With the same sequence numbers, so that the brokers recognise a repetition.
    retries: RETRIES,
    retryDelay: RETRY_MS,
    ...(isEncrypted === true && { tls: {} }),
    ...(signIn && { sasl: { ...signIn } }),
  };
}
