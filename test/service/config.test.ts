// Settings: each default, who wins, and how a bad one is named.
import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig, SettingError } from '../../src/service/config.js';
import { flagKeyOf, flagOf, settingNames } from '../../src/service/settings.js';

const nothing = { DOTENV_PATH: '/nowhere/.env' };

test('the defaults are those of the documentation', () => {
  expect(loadConfig(nothing)).toEqual({
    host: '127.0.0.1',
    port: 4000,
    dataDir: resolve('./data/run'),
    mailFrom: 'shop@localhost',
    production: false,
    jwt: { issuer: 'cartograph', audience: 'cartograph' },
    allowedOrigins: [],
    trustedProxies: [],
    traceTrust: 'none',
    projectionOnError: 'stop',
    federation: false,
    graphqlExecutor: 'compiled',
    paymentGateway: 'sandbox',
    logLevel: 'info',
    rateLimitPerSecond: 10_000,
    cartLimits: { maxLines: 1_000, maxUnitsPerLine: 100_000, maxCoupons: 10 },
    abandonCartsAfterMs: 86_400_000,
    checkoutHoldMs: 600_000,
    shopTimeZone: 'UTC',
    webhooksMayBePrivate: false,
    socketLimit: 2_000,
  });
});

test('a flag wins over the environment, which wins over .env', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-config-'));
  const path = join(folder, '.env');
  writeFileSync(path, 'PORT=1\nHOST=one\nLOG_LEVEL=warn\n');
  const config = loadConfig({ DOTENV_PATH: path, PORT: '2', HOST: 'two' }, { port: '3' });
  expect([config.port, config.host, config.logLevel]).toEqual([3, 'two', 'warn']);
  rmSync(folder, { recursive: true });
});

test('a shop sets its own limits of a cart', () => {
  const limits = { MAX_CART_LINES: '20', MAX_UNITS_PER_LINE: '12', MAX_COUPONS: '0' };
  const { cartLimits } = loadConfig({ ...nothing, ...limits });
  expect(cartLimits).toEqual({ maxLines: 20, maxUnitsPerLine: 12, maxCoupons: 0 });
});

test('a hold of a checkout lasts for ten seconds at least', () => {
  const held = (seconds: string) => loadConfig({ ...nothing, CHECKOUT_HOLD_SECONDS: seconds });
  expect(held('10').checkoutHoldMs).toBe(10_000);
  expect(() => held('9')).toThrow('CHECKOUT_HOLD_SECONDS must be a whole number from 10 to 86400');
});

test('an empty setting is one that is not set', () => {
  expect(loadConfig({ ...nothing, PORT: '', EVENTSTORE_URL: '' }).port).toBe(4000);
});

test.each(settingNames)('%s without more than spaces is one that is not set', (name) => {
  const defaults = loadConfig(nothing);
  for (const blank of [' ', '\n', '\t  ']) {
    expect(loadConfig({ ...nothing, [name]: blank })).toEqual(defaults);
    expect(loadConfig(nothing, { [flagKeyOf(name)]: blank })).toEqual(defaults);
  }
});

test('spaces around a setting are left out, as `set PORT=1 && …` and files of secrets leave', () => {
  const config = loadConfig({
    ...nothing,
    PORT: '4001 ',
    DATA_DIR: ' /var/lib/a b\n',
    DATABASE_URL: 'postgres://host/shop\n',
    SMTP_URL: ' smtp://host:25 ',
    JWT_ISSUER: 'issuer ',
    LOG_LEVEL: 'warn\r',
    KAFKA_BROKERS: 'kafka:9092 ',
    KAFKA_SIGN_IN: 'PLAIN:user:pass word\n',
  });
  expect(config).toMatchObject({
    port: 4001,
    dataDir: '/var/lib/a b',
    databaseUrl: 'postgres://host/shop',
    smtpUrl: 'smtp://host:25',
    jwt: { issuer: 'issuer' },
    logLevel: 'warn',
    kafka: { signIn: { password: 'pass word' } },
  });
});

test('the secret of cart tokens is used as it is: another one would end every cart', () => {
  const secret = `${'s'.repeat(32)}\n`;
  expect(loadConfig({ ...nothing, CART_TOKEN_SECRET: secret }).cartTokenSecret).toBe(secret);
});

test.each([
  'esdb://localhost:2113?tls=false',
  'esdb+discover://admin:changeit@node1:2113,node2:2113,node3:2113?tls=true&tlsCAFile=/ca.crt',
  'kurrentdb+discover://one,two:2114/',
])('%s is a connection string', (url) => {
  expect(loadConfig({ ...nothing, EVENTSTORE_URL: url }).eventStoreUrl).toBe(url);
});

const sameUrl = (url: string) => [url, url] as const;

test.each([
  sameUrl('postgres://shop:a%23b@host:5433/shop?options=-csearch_path%3Dshop'),
  sameUrl('postgresql:///shop?host=/var/run/postgresql'),
  sameUrl('postgresql://shop:secret@/shop?host=/cloudsql/project:region:one'),
  sameUrl('postgres://host/shop?sslmode=no-verify'),
  sameUrl('postgres://host/shop?sslmode=require&uselibpqcompat=true'),
  ['postgres://host/shop?sslmode=require', 'postgres://host/shop?sslmode=verify-full'],
  [
    'postgres://host/shop?a=b&sslmode=prefer&c=d',
    'postgres://host/shop?a=b&sslmode=verify-full&c=d',
  ],
])('%s is a database', (given, used) => {
  expect(loadConfig({ ...nothing, DATABASE_URL: given }).databaseUrl).toBe(used);
});

test('what is refused about a database is told without its password', () => {
  const load = () => loadConfig({ ...nothing, DATABASE_URL: 'postgres://shop:s3cret@a,b:c/d' });
  expect(load).toThrow(/^DATABASE_URL (?!.*s3cret)/);
});

test('a setting is a flag in kebab-case', () => {
  expect([flagOf('DATA_DIR'), flagKeyOf('DATA_DIR')]).toEqual(['data-dir', 'dataDir']);
});

test.each([
  ['PORT', '65536'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['PORT', '1e3'],
  ['EVENTSTORE_URL', 'localhost:2113'],
  ['EVENTSTORE_URL', 'esdb+discover://node1:2113,node2:port'],
  ['EVENTSTORE_URL', 'esdb://'],
  ['EVENTSTORE_URL', 'http://node1:2113'],
  ['DATABASE_URL', 'mysql://host/db'],
  ['DATABASE_URL', 'postgres://one:5432,two:5432/db'],
  ['DATABASE_URL', 'postgres://one,two/db'],
  ['DATABASE_URL', 'postgres:///db?host=one,two'],
  ['DATABASE_URL', 'postgres://host/db?port=5432x5&port=none'],
  ['DATABASE_URL', 'postgres://host/db?port=65536'],
  ['DATABASE_URL', 'postgres://host/db?sslmode=requires'],
  ['DATABASE_URL', 'postgres://host/db?sslmode=verify-full&sslrootcert=/no/such.pem'],
  ['DATABASE_URL', 'postgres://host/db?sslmode=verify-ca&uselibpqcompat=true'],
  ['NODE_ENV', 'staging'],
  ['JWKS_URL', 'file:///keys'],
  ['ALLOWED_ORIGINS', 'https://shop.example/path'],
  ['TRACE_PARENT_TRUSTED', 'yes'],
  ['TRUSTED_PROXIES', 'proxy.example'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['TRUSTED_PROXIES', '10.0.0.1,'],
  ['TRUSTED_PROXIES', 'fe80::1/129'],
  ['LOG_LEVEL', 'loud'],
  ['LOG_FORMAT', 'xml'],
  ['CART_TOKEN_SECRET', 'too short'],
  ['PROJECTION_ON_ERROR', 'ignore'],
  ['RATE_LIMIT_PER_SECOND', '0'],
  ['MAX_CART_LINES', '0'],
])('%s=%s is refused by name, in one line', (name, value) => {
  const load = () => loadConfig({ ...nothing, [name]: value });
  expect(load).toThrow(SettingError);
  expect(load).toThrow(new RegExp(`^${name} [^\\n]+$`));
});

test.each(['DATA_DIR', 'CART_TOKEN_SECRET', 'JWT_ISSUER'])(
  '%s in quotes, which some launchers keep, is refused',
  (name) => {
    for (const text of ['"text"', "'text'", ' "text"\n']) {
      expect(() => loadConfig({ ...nothing, [name]: text })).toThrow(
        `${name} is in quotes: remove them`,
      );
    }
  },
);

test('a .env of Windows is read in UTF-8, and refused in UTF-16', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-dotenv-'));
  const path = join(folder, '.env');
  try {
    writeFileSync(path, '\ufeffPORT=4001\r\nDATA_DIR="a b"\r\n');
    expect(loadConfig({ DOTENV_PATH: path })).toMatchObject({
      port: 4001,
      dataDir: resolve('a b'),
    });
    writeFileSync(path, '\ufeffPORT=4001\r\n', 'utf16le');
    expect(() => loadConfig({ DOTENV_PATH: path })).toThrow(`${path} is not in UTF-8`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('production requires JWKS_URL', () => {
  expect(() => loadConfig({ ...nothing, NODE_ENV: 'production' })).toThrow(/^JWKS_URL /);
  const config = loadConfig({
    ...nothing,
    NODE_ENV: 'production',
    JWKS_URL: 'https://id.example/keys',
  });
  expect([config.production, config.jwt.jwksUrl]).toEqual([true, 'https://id.example/keys']);
});

test('the relay has brokers, topics and a sign-in, or is refused', () => {
  const given = {
    ...nothing,
    KAFKA_BROKERS: 'kafka1:9092, [::1]:9093',
    KAFKA_TOPICS: 'cart=carts',
    KAFKA_SIGN_IN: 'SCRAM-SHA-512:relay:a:b',
    KAFKA_TLS: 'on',
  };
  const { kafka } = loadConfig(given);
  expect(kafka?.brokers).toEqual(['kafka1:9092', '[::1]:9093']);
  expect(kafka?.layout.get('cart')).toBe('carts');
  expect(kafka?.signIn).toEqual({ mechanism: 'SCRAM-SHA-512', username: 'relay', password: 'a:b' });
  expect([kafka?.isEncrypted, kafka?.transactions]).toEqual([true, 'auto']);
  expect(loadConfig(nothing).kafka).toBeUndefined();
  for (const [name, text] of [
    ['KAFKA_BROKERS', 'kafka1'],
    ['KAFKA_BROKERS', 'http://kafka1:9092'],
    ['KAFKA_TOPICS', 'basket=b'],
    ['KAFKA_SIGN_IN', 'GSSAPI:a:b'],
    ['KAFKA_TRANSACTIONS', 'yes'],
  ] as const) {
    expect(() => loadConfig({ ...given, [name]: text })).toThrow(new RegExp(`^${name} [^\\n]+$`));
  }
});

const otlp = { ...nothing, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

test('a collector is told in the names of OpenTelemetry, whose defaults hold', () => {
  expect(loadConfig(otlp).telemetry).toEqual({
    endpoint: 'http://collector:4318',
    protocol: 'http/protobuf',
    headers: {},
    isCompressed: false,
    timeoutMs: 10_000,
    serviceName: 'cartograph',
    resource: {},
    traces: { sampler: 'parentbased_always_on', ratio: 1, delayMs: 5_000, queueSize: 2_048 },
    metrics: { everyMs: 60_000 },
  });
  const chosen = loadConfig({
    ...otlp,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-team = carts ,empty=',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    OTEL_SERVICE_NAME: 'shop',
    OTEL_RESOURCE_ATTRIBUTES: 'host.name=k%C3%BCche,a=1',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.05',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OTEL_BSP_MAX_QUEUE_SIZE: '10',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
  }).telemetry;
  expect(chosen).toEqual({
    endpoint: 'http://collector:4318',
    protocol: 'http/json',
    headers: { authorization: 'Bearer a=b', 'x-team': 'carts', empty: '' },
    isCompressed: true,
    timeoutMs: 500,
    serviceName: 'shop',
    resource: { 'host.name': 'küche', a: '1' },
    traces: { sampler: 'parentbased_traceidratio', ratio: 0.05, delayMs: 100, queueSize: 10 },
    metrics: { everyMs: 1_000 },
  });
});

test('traces or metrics can be left out, and with both nothing is exported', () => {
  const noTraces = { ...otlp, OTEL_TRACES_EXPORTER: 'none' };
  expect(loadConfig(noTraces).telemetry).toMatchObject({ traces: undefined });
  expect(loadConfig({ ...otlp, OTEL_TRACES_SAMPLER: 'always_off' }).telemetry).toMatchObject({
    traces: undefined,
  });
  const noMetrics = { OTEL_METRICS_EXPORTER: 'none' };
  expect(loadConfig({ ...otlp, ...noMetrics }).telemetry).toMatchObject({ metrics: undefined });
  expect(loadConfig({ ...noTraces, ...noMetrics }).telemetry).toBeUndefined();
  expect(loadConfig({ ...nothing, OTEL_SERVICE_NAME: 'shop' }).telemetry).toBeUndefined();
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=1,=2'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%0d%0ab'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a:b=1'],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'br'],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a'],
  ['OTEL_TRACES_EXPORTER', 'jaeger'],
  ['OTEL_TRACES_SAMPLER', 'some'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
  ['OTEL_TRACES_SAMPLER_ARG', '-1'],
  ['OTEL_METRICS_EXPORTER', 'prometheus'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', 'many'],
])('%s=%s is refused by name, in one line that does not repeat it', (name, value) => {
  const load = () => loadConfig({ ...otlp, [name]: value });
  expect(load).toThrow(new RegExp(`^${name} must be [^\\n]+$`));
});

test('a payment gateway that does not exist is refused', () => {
  expect(loadConfig({ ...nothing, PAYMENT_GATEWAY: 'sandbox' }).paymentGateway).toBe('sandbox');
  expect(() => loadConfig({ ...nothing, PAYMENT_GATEWAY: 'another' })).toThrow(
    /^PAYMENT_GATEWAY [^\n]*sandbox[^\n]*$/,
  );
});

test.each([
  ['OTEL_LOGS_EXPORTER', 'otlp'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://127.0.0.1:4318'],
  ['OTEL_SDK_DISABLED', 'true'],
])('%s, which nothing reads, is refused from the environment and from .env', (name, value) => {
  const refusal = new RegExp(`^${name} [^\\n]+$`);
  expect(() => loadConfig({ ...nothing, [name]: value })).toThrow(refusal);
  expect(() => loadConfig({ ...nothing, [name]: '' })).not.toThrow();
  const folder = mkdtempSync(join(tmpdir(), 'cartograph-config-'));
  const path = join(folder, '.env');
  writeFileSync(path, `${name}=${value}\n`);
  expect(() => loadConfig({ DOTENV_PATH: path })).toThrow(refusal);
  rmSync(folder, { recursive: true });
});
