// Every setting: its parser, its meaning and its default. Each is an environment variable and a
// flag of `serve`; config.ts reads them.
import { isIP } from 'node:net';
import { z } from 'zod';
import { defaultCartLimits } from '../domain/cart/limits.js';
import { reasonOf } from '../errors/reason-of.js';
import { traceTrusts } from '../http/trace-trust.js';
import { parseTopics, relayedCategories } from '../relay/layout.js';
import { signInMechanisms } from '../relay/kafka/sign-in.js';
import { driverUrlOf } from '../read-models/database-url.js';
import { isTimeZone } from '../read-models/zone-clock.js';
import { exactSetting, oneOf, type Setting, setting, urlOf, wholeNumber } from './setting.js';
import { telemetrySettings } from './telemetry-settings.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * The URL parser accepts a single host, so a comma-separated list is checked one server at a time.
 */
const eventStoreUrl = z.string().refine(
  (text) => {
    const [, before = '', servers = '', after = ''] =
      /^((?:esdb|kurrentdb|kdb)(?:\+discover)?:\/\/(?:[^@/?]*@)?)([^/?]+)(.*)$/.exec(text) ?? [];
    return servers.split(',').every((server) => URL.canParse(`${before}${server}${after}`));
  },
  { error: 'must be a URL that begins with esdb:// or esdb+discover:// (or kurrentdb, or kdb)' },
);

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine(
    (list) => list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    {
      error: 'must be origins such as https://shop.example, separated by commas',
    },
  );

const addressRanges = z
  .string()
  .transform((text) => text.split(',').map((range) => range.trim()))
  .refine((list) => list.every(isAddressRange), {
    error: 'must be addresses or CIDR ranges such as 10.0.0.0/8, separated by commas',
  });

function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= (version === 4 ? 32 : 128));
}

/** `host:port` pairs; an IPv6 address stands in brackets. */
const brokers = z
  .string()
  .transform((text) => text.split(',').map((broker) => broker.trim()))
  .refine((list) => list.every((broker) => /^([\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i.test(broker)), {
    error: 'must be brokers such as kafka1:9092,kafka2:9092',
  });

const topicLayout = z.string().transform((text, context) => {
  const layout = parseTopics(text);
  if (layout !== undefined) return layout;
  context.addIssue({ code: 'custom', message: TOPICS_PROBLEM });
  return z.NEVER;
});

const TOPICS_PROBLEM = `must be topics such as cart=carts,order=orders, each category at most once: ${relayedCategories.join(', ')}`;

const databaseUrl = z.string().transform((text, context) => {
  try {
    return driverUrlOf(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: reasonOf(error) });
    return z.NEVER;
  }
});

/** The password is the rest, so it may have colons. */
const signIn = z.string().transform((text, context) => {
  const [, name = '', username = '', password = ''] = /^([^:]+):([^:]+):(.+)$/s.exec(text) ?? [];
  const mechanism = signInMechanisms.find((each) => each === name);
  if (mechanism !== undefined) return { mechanism, username, password };
  const known = signInMechanisms.join(', ');
  context.addIssue({ code: 'custom', message: `must be MECHANISM:USER:PASSWORD, of ${known}` });
  return z.NEVER;
});

const { maxLines, maxUnitsPerLine, maxCoupons } = defaultCartLimits;

/** A day. */
export const defaultAbandonAfterSeconds = 86_400;

/** Ten minutes. */
export const defaultCheckoutHoldSeconds = 600;

/** In the order of the documentation. */
export const settings = {
  HOST: setting(
    z.string().regex(/^[\w.:-]+$/, { error: 'must be a host name or an address' }),
    'the address that the service listens on',
    '127.0.0.1',
  ),
  PORT: setting(wholeNumber(0, 65_535), 'its port; 0 picks a free one', 4000),
  DATA_DIR: setting(
    z.string(),
    'the folder of the embedded log, the SQLite read models and the keys; made if absent',
    './data/run',
  ),
  EVENTSTORE_URL: setting(
    eventStoreUrl,
    'the EventStoreDB to use, such as esdb://localhost:2113?tls=false',
    'an embedded node in DATA_DIR',
  ),
  DATABASE_URL: setting(
    databaseUrl,
    'the Postgres of the read models, such as postgres://user:password@host/database',
    'SQLite in DATA_DIR',
  ),
  // Tokens of guests are derived from it, so no release may read the same text as another key.
  CART_TOKEN_SECRET: exactSetting(
    z.string().min(32, { error: 'must have at least 32 characters' }),
    "the key of guests' cart tokens, the same for all instances",
    'made in DATA_DIR',
  ),
  SMTP_URL: setting(
    urlOf('smtp:', 'smtps:'),
    'the server of outgoing mail, such as smtp://user:password@host:587',
    'files in DATA_DIR/outbox',
  ),
  MAIL_FROM: setting(
    z.string().regex(/^[^\s@<>,]+@[^\s@<>,]+$/, { error: 'must be an e-mail address' }),
    'the address that mails are from',
    'shop@localhost',
  ),
  WEBHOOK_PRIVATE_ADDRESSES: setting(
    oneOf(['refuse', 'allow']),
    'whether webhooks may reach private addresses, and http: refuse or allow',
    'refuse',
  ),
  KAFKA_BROKERS: setting(
    brokers,
    'the Kafka that every event is relayed to, such as kafka1:9092,kafka2:9092',
    'no relay',
  ),
  KAFKA_TOPICS: setting(
    topicLayout,
    'the topics of some categories, such as cart=carts,order=orders',
    'cartograph.CATEGORY',
  ),
  KAFKA_TRANSACTIONS: setting(
    oneOf(['auto', 'required', 'off']),
    'whether the relay writes in transactions: where the brokers have them, always, or never',
    'auto',
  ),
  KAFKA_TLS: setting(oneOf(['on', 'off']), 'whether the brokers are reached over TLS', 'off'),
  KAFKA_SIGN_IN: setting(
    signIn,
    'how the relay signs in to the brokers, such as SCRAM-SHA-512:user:password',
    'without',
  ),
  PAYMENT_GATEWAY: setting(
    oneOf(['sandbox']),
    'what charges the orders: the sandbox, which charges no card',
    'sandbox',
  ),
  PRICING_RULES: setting(
    z.string(),
    'a module that exports the versions of the pricing rules',
    'the built-in rules',
  ),
  PROJECTION_ON_ERROR: setting(
    oneOf(['stop', 'skip']),
    'what a read model does with an event that it cannot apply: stop, or skip and record it',
    'stop',
  ),
  GRAPHQL_EXECUTOR: setting(
    oneOf(['compiled', 'reference']),
    'what executes GraphQL operations: compiled code, or graphql-js itself',
    'compiled',
  ),
  FEDERATION: setting(
    oneOf(['off', 'on']),
    'whether the API is also a subgraph of Apollo Federation 2: off or on',
    'off',
  ),
  NODE_ENV: setting(
    oneOf(['development', 'production', 'test']),
    'production has no introspection, no playground and no sample catalogue, and requires JWKS_URL',
    'development',
  ),
  JWT_ISSUER: setting(z.string(), 'the issuer whose sign-ins are accepted', 'cartograph'),
  JWT_AUDIENCE: setting(z.string(), 'the audience that a sign-in must be for', 'cartograph'),
  JWKS_URL: setting(
    urlOf('https:', 'http:'),
    "the URL of that issuer's public keys",
    'a key pair made in DATA_DIR',
  ),
  ALLOWED_ORIGINS: setting(
    origins,
    'origins that browsers may connect from, separated by commas',
    'the same origin',
  ),
  TRUSTED_PROXIES: setting(
    addressRanges,
    'proxies whose X-Forwarded-For is trusted: addresses or CIDR ranges, separated by commas',
    'none',
  ),
  TRACE_PARENT_TRUSTED: setting(
    oneOf(traceTrusts),
    "whose traceparent a request goes on with: none, all, or proxies, those of TRUSTED_PROXIES; anyone else's begins a trace",
    'none',
  ),
  MAX_CART_LINES: setting(
    wholeNumber(1, 10_000),
    'the maximum number of lines of a cart',
    maxLines,
  ),
  MAX_UNITS_PER_LINE: setting(
    wholeNumber(1, 2_147_483_647),
    'the maximum number of units of a line',
    maxUnitsPerLine,
  ),
  MAX_COUPONS: setting(wholeNumber(0, 100), 'the maximum number of coupons of a cart', maxCoupons),
  ABANDON_CARTS_AFTER_SECONDS: setting(
    wholeNumber(0, 31_536_000),
    'how long nobody has to change a cart until it is abandoned, in seconds; 0: never',
    defaultAbandonAfterSeconds,
  ),
  CHECKOUT_HOLD_SECONDS: setting(
    // A checkout may take seconds, and clocks of instances differ by some.
    wholeNumber(10, 86_400),
    'how long a checkout that died keeps its units in stock, in seconds; uses of coupons: at most 60',
    defaultCheckoutHoldSeconds,
  ),
  SHOP_TIME_ZONE: setting(
    z.string().refine(isTimeZone, {
      error: 'must be a name of the IANA database, such as Europe/London',
    }),
    'the time zone of the days and hours of reports',
    'UTC',
  ),
  RATE_LIMIT_PER_SECOND: setting(
    wholeNumber(1, 1_000_000),
    'requests that one address may make in a second',
    10_000,
  ),
  SOCKET_LIMIT: setting(
    wholeNumber(1, 1_000_000),
    'websockets that one address, or one signed-in person, may hold open',
    2_000,
  ),
  LOG_LEVEL: setting(oneOf(logLevels), `one of ${logLevels.join(', ')}`, 'info'),
  LOG_FORMAT: setting(
    oneOf(['pretty', 'json']),
    'the format of log lines on stderr: pretty or json',
    'pretty on a terminal, else json',
  ),
  ...telemetrySettings,
} as const;

export type SettingName = keyof typeof settings;
export type ParsedSettings = {
  [Name in SettingName]?: (typeof settings)[Name] extends Setting<infer Value> ? Value : never;
};

/** The names of all settings; each is an environment variable and, by `flagOf`, a flag. */
export const settingNames = Object.keys(settings) as readonly SettingName[];

/** The flag of a setting: `DATA_DIR` → `data-dir`. */
export function flagOf(setting: string): string {
  return setting.toLowerCase().replaceAll('_', '-');
}

/** The key under which commander returns a setting's flag: `DATA_DIR` → `dataDir`. */
export function flagKeyOf(setting: string): string {
  return flagOf(setting).replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * Whether the name is one of OpenTelemetry's that the service does not use. Silently accepting such
 * a setting would mislead the operator.
 */
export function isUnread(name: string): boolean {
  return name.startsWith('OTEL_') && !settingNames.some((setting) => setting === name);
}
