// How the relay signs in to the brokers (SASL).

export const signInMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

export interface KafkaSignIn {
  readonly mechanism: (typeof signInMechanisms)[number];
  readonly username: string;
  readonly password: string;
}
