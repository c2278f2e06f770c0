// The only reader of settings: environment, `.env` and flags become one frozen, validated Config
// before anything else starts. No later code meets a missing or malformed setting.
import { parse as parseDotenv } from 'dotenv';
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CartLimits, defaultCartLimits } from '../domain/cart/limits.js';
import type { PaymentGatewayName } from '../gateways/open.js';
import type { GraphQLExecutor } from '../http/execution.js';
import type { TraceTrust } from '../http/trace-trust.js';
import type { KafkaConnection } from '../relay/kafka/connection.js';
import { defaultLayout, type TopicLayout } from '../relay/layout.js';
import type { TransactionUse } from '../relay/topics.js';
import type { TelemetryOptions } from '../telemetry/options.js';
import {
  defaultAbandonAfterSeconds,
  defaultCheckoutHoldSeconds,
  flagKeyOf,
  isUnread,
  type logLevels,
  type ParsedSettings,
  type SettingName,
  settingNames,
  settings,
} from './settings.js';
import { telemetryOf } from './telemetry-settings.js';

export interface Config {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Undefined: the embedded node in `dataDir`. */
  readonly eventStoreUrl?: string;
  /** Undefined: read models in a SQLite file in `dataDir`. */
  readonly databaseUrl?: string;
  /**
   * The key of the guests' tokens, the same for all instances. Undefined: one is created in
   * `dataDir`.
   */
  readonly cartTokenSecret?: string;
  /** Undefined: mails are files in `dataDir`. */
  readonly smtpUrl?: string;
  readonly mailFrom: string;
  readonly production: boolean;
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly jwksUrl?: string };
  /** Origins besides the service's own that a browser may connect from. */
  readonly allowedOrigins: readonly string[];
  /** Addresses and CIDR ranges of the proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** Whose `traceparent` decides what is sampled. */
  readonly traceTrust: TraceTrust;
  readonly logLevel: LogLevel;
  /** Undefined: pretty on a terminal, otherwise JSON. */
  readonly logFormat?: 'pretty' | 'json';
  /** Maximum requests of one address per second. */
  readonly rateLimitPerSecond: number;
  /** A module that exports the pricing rules; undefined: the built-in ones. */
  readonly pricingRules?: string;
  /**
   * What happens when a projection cannot apply an event: everything stops, or the event is
   * recorded and skipped.
   */
  readonly projectionOnError: 'stop' | 'skip';
  /** What executes GraphQL operations over HTTP. */
  readonly graphqlExecutor: GraphQLExecutor;
  /** Whether the API is a subgraph too: a router reads its schema and resolves its entities. */
  readonly federation: boolean;
  /** Undefined: nothing is traced, and metrics are at /metrics alone. */
  readonly telemetry?: TelemetryOptions;
  /** Undefined: there is no relay. */
  readonly kafka?: KafkaConfig;
  /** What charges the orders. */
  readonly paymentGateway: PaymentGatewayName;
  /** Maximum size of a cart. */
  readonly cartLimits: CartLimits;
  /** Time after which an idle cart is abandoned, in milliseconds; 0: never. */
  readonly abandonCartsAfterMs: number;
  /** How long what a checkout took is held without its order, in milliseconds. */
  readonly checkoutHoldMs: number;
  /** Webhooks may reach private addresses, and http. */
  readonly webhooksMayBePrivate: boolean;
  /** Whose days the reports have unless another is asked for: a name of the IANA database. */
  readonly shopTimeZone: string;
  /** Maximum open websockets of one address, and of one signed-in principal. */
  readonly socketLimit: number;
}

export interface KafkaConfig extends KafkaConnection {
  readonly layout: TopicLayout;
  readonly transactions: TransactionUse;
}

export type LogLevel = (typeof logLevels)[number];

/** A setting that does not parse. The message is one line that starts with the setting's name. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
  constructor(
    readonly setting: string,
    problem: string,
  ) {
    super(`${setting} ${problem}`);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment and the command line's flags (with commander's keys,
 * `dataDir`). A flag overrides the environment, which overrides `.env` (in the working directory,
 * or at DOTENV_PATH).
 *
 * @throws SettingError that names the first setting that does not parse
 */
export function loadConfig(environment: Environment, flags: Environment = {}): Config {
  const dotenv = readDotenv(environment['DOTENV_PATH'] ?? '.env');
  refuseUnread({ ...dotenv, ...environment });
  const parsed: Record<string, unknown> = {};
  for (const name of settingNames) {
    const given = flags[flagKeyOf(name)] ?? givenText(environment[name]) ?? dotenv[name];
    const text = givenText(given);
    if (text !== undefined) parsed[name] = parseSetting(name, text);
  }
  return freeze(parsed);
}

/** An empty or blank setting counts as not set. */
function givenText(text: string | undefined): string | undefined {
  return text?.trim() ? text : undefined;
}

function refuseUnread(environment: Environment): void {
  for (const [name, text] of Object.entries(environment)) {
    if (givenText(text) !== undefined && isUnread(name)) {
      throw new SettingError(name, 'is set, but this service does not read it: remove it');
    }
  }
}

function readDotenv(path: string): Record<string, string> {
  const bytes = bytesOf(path);
  if (bytes === undefined) return {};
  // Some editors and shells of Windows write UTF-16, in which no setting would be found.
  if (!isUtf8(bytes)) throw new SettingError(path, 'is not in UTF-8: save it as UTF-8');
  return parseDotenv(bytes);
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new SettingError(path, 'cannot be read');
  }
}

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

function parseSetting(name: SettingName, text: string): unknown {
  // A shell and `.env` take quotes away; Docker's --env-file keeps them.
  if (/^\s*(["']).*\1\s*$/s.test(text)) throw new SettingError(name, 'is in quotes: remove them');
  const result = settings[name].parser.safeParse(text);
  if (result.success) return result.data;
  throw new SettingError(name, result.error.issues[0]?.message ?? 'is not valid');
}

function freeze(parsed: ParsedSettings): Config {
  const production = parsed.NODE_ENV === 'production';
  // Outside a developer's machine nobody may sign in with a key from a data folder.
  if (production && parsed.JWKS_URL === undefined) {
    throw new SettingError('JWKS_URL', 'must be given when NODE_ENV is production');
  }
  return Object.freeze({
    host: parsed.HOST ?? '127.0.0.1',
    port: parsed.PORT ?? 4000,
    dataDir: resolve(parsed.DATA_DIR ?? './data/run'),
    ...given('eventStoreUrl', parsed.EVENTSTORE_URL),
    ...given('databaseUrl', parsed.DATABASE_URL),
    ...given('cartTokenSecret', parsed.CART_TOKEN_SECRET),
    ...given('smtpUrl', parsed.SMTP_URL),
    ...given('kafka', kafkaOf(parsed)),
    ...given('telemetry', telemetryOf(parsed)),
    mailFrom: parsed.MAIL_FROM ?? 'shop@localhost',
    production,
    jwt: Object.freeze({
      issuer: parsed.JWT_ISSUER ?? 'cartograph',
      audience: parsed.JWT_AUDIENCE ?? 'cartograph',
      ...given('jwksUrl', parsed.JWKS_URL),
    }),
    allowedOrigins: Object.freeze(parsed.ALLOWED_ORIGINS ?? []),
    trustedProxies: Object.freeze(parsed.TRUSTED_PROXIES ?? []),
    traceTrust: parsed.TRACE_PARENT_TRUSTED ?? 'none',
    logLevel: parsed.LOG_LEVEL ?? 'info',
    ...given('logFormat', parsed.LOG_FORMAT),
    ...given('pricingRules', parsed.PRICING_RULES),
    projectionOnError: parsed.PROJECTION_ON_ERROR ?? 'stop',
    graphqlExecutor: parsed.GRAPHQL_EXECUTOR ?? 'compiled',
    federation: parsed.FEDERATION === 'on',
    paymentGateway: parsed.PAYMENT_GATEWAY ?? 'sandbox',
    rateLimitPerSecond: parsed.RATE_LIMIT_PER_SECOND ?? 10_000,
    cartLimits: Object.freeze({
      maxLines: parsed.MAX_CART_LINES ?? defaultCartLimits.maxLines,
      maxUnitsPerLine: parsed.MAX_UNITS_PER_LINE ?? defaultCartLimits.maxUnitsPerLine,
      maxCoupons: parsed.MAX_COUPONS ?? defaultCartLimits.maxCoupons,
    }),
    abandonCartsAfterMs: (parsed.ABANDON_CARTS_AFTER_SECONDS ?? defaultAbandonAfterSeconds) * 1_000,
    checkoutHoldMs: (parsed.CHECKOUT_HOLD_SECONDS ?? defaultCheckoutHoldSeconds) * 1_000,
    webhooksMayBePrivate: parsed.WEBHOOK_PRIVATE_ADDRESSES === 'allow',
    shopTimeZone: parsed.SHOP_TIME_ZONE ?? 'UTC',
    socketLimit: parsed.SOCKET_LIMIT ?? 2_000,
  });
}

function kafkaOf(parsed: ParsedSettings): KafkaConfig | undefined {
  if (parsed.KAFKA_BROKERS === undefined) return undefined;
  return Object.freeze({
    brokers: parsed.KAFKA_BROKERS,
    isEncrypted: parsed.KAFKA_TLS === 'on',
    signIn: parsed.KAFKA_SIGN_IN,
    layout: parsed.KAFKA_TOPICS ?? defaultLayout,
    transactions: parsed.KAFKA_TRANSACTIONS ?? 'auto',
  });
}

/** When a shell runs between npm and this process, npm can end without stopping it. */
export function isStartedByNpm(environment: Environment): boolean {
  return environment['npm_lifecycle_event'] !== undefined;
}

/** Leaves out an optional property without a value, as exactOptionalPropertyTypes requires. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>;
}

/**
 * Apollo and graphql-js run extra checks, and slower, unless NODE_ENV is production. The service's
 * own development features depend only on the Config. Call this before those libraries are loaded.
 */
export function runLibrariesInProduction(): void {
  process.env['NODE_ENV'] = 'production';
}
