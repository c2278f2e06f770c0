// The rules that docker-compose.yml keeps; where Compose itself is at hand, it reads the file too.
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadConfig } from '../../src/service/config.js';
import { settingNames } from '../../src/service/settings.js';
import {
  compose,
  composeText,
  environmentOfService,
  ourServices,
  profiles,
  services,
  type ComposeService,
} from './compose.js';
import { environmentOf, image, repository } from './dockerfile.js';

const names = (chosen: readonly (readonly [string, ComposeService])[]) => chosen.map(([n]) => n);

const mounts = services.flatMap(([name, { volumes = [] }]) =>
  volumes.map((text) => ({ name, from: text.split(':')[0]!, to: text.split(':')[1]!, text })),
);
const isFile = ({ from }: { from: string }) => from.startsWith('.');

test('the five profiles are there, and nothing starts unasked', () => {
  const all = ['cluster', 'kafka', 'observability', 'postgres', 'single'];
  expect([...profiles].sort()).toEqual(all);
  expect(names(services.filter(([, { profiles: of }]) => of.length === 0))).toEqual([]);
});

describe('every container', () => {
  test('is of an image pinned to a version', () => {
    const pinned = /^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.]+)?$/;
    expect(services.filter(([, one]) => !pinned.test(one.image))).toEqual([]);
  });

  test('publishes to this machine alone', () => {
    const ports = services.flatMap(([, one]) => one.ports ?? []);
    expect(ports.length).toBeGreaterThan(5);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  test('publishes no port that another of its profile, or of one that goes with any, has', () => {
    for (const storing of ['single', 'cluster', 'postgres']) {
      const together = [storing, 'observability', 'kafka'];
      const ports = services
        .filter(([, one]) => one.profiles.some((profile) => together.includes(profile)))
        .flatMap(([, one]) => one.ports ?? [])
        .map((port) => port.split(':')[1]);
      expect(ports).toEqual([...new Set(ports)]);
    }
  });

  test('has no capability, and can win none', () => {
    const loose = services.filter(
      ([, one]) =>
        one.cap_drop?.join() !== 'ALL' || one.security_opt?.join() !== 'no-new-privileges:true',
    );
    expect(names(loose)).toEqual([]);
  });

  test('has a root that it cannot write to, but EventStoreDB and Kafka', () => {
    const writable = services.filter(([, one]) => one.read_only !== true);
    const images = new Set(writable.map(([, one]) => one.image.replace(/:.*/, '')));
    expect([...images].sort()).toEqual(['apache/kafka', 'eventstore/eventstore']);
  });

  test('that continues reports its progress', () => {
    const going = services.filter(([, one]) => one.restart === 'unless-stopped');
    // Of the service its image says it.
    const silent = going.filter(([, one]) => one.build === undefined && !one.healthcheck);
    expect(going.length).toBeGreaterThan(8);
    expect(names(silent)).toEqual([]);
  });

  test('depends only on services that all of its profiles include', () => {
    for (const [, { depends_on: needs = {}, profiles: of }] of services) {
      for (const need of Object.keys(needs)) {
        expect(compose.services[need]?.profiles).toEqual(expect.arrayContaining([...of]));
      }
    }
  });
});

describe('what is mounted', () => {
  test('is a volume that is declared, and each of these is mounted', () => {
    const mounted = mounts.filter((mount) => !isFile(mount)).map(({ from }) => from);
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  test('is a file that exists, and cannot be written to', () => {
    const files = mounts.filter(isFile);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter(({ from }) => !existsSync(join(repository, from)))).toEqual([]);
    expect(files.filter(({ text }) => !text.endsWith(':ro'))).toEqual([]);
  });

  test("holds the certificate authority's key in one container, each node's in its own", () => {
    const holders = (from: string) => mounts.filter((one) => one.from === from).map((o) => o.name);
    expect(holders('authority')).toEqual(['certificates']);
    for (const node of ['node1', 'node2', 'node3']) {
      expect(holders(`${node}-certificate`)).toEqual(['certificates', node]);
    }
  });
});

describe('the service', () => {
  test.each(ourServices)('%s is told only settings that it has', (_name, service) => {
    const unknown = Object.keys(environmentOfService(service)).filter(
      (name) => !settingNames.some((setting) => setting === name),
    );
    expect(unknown).toEqual([]);
  });

  test.each(ourServices)('%s starts on its settings', (_name, service) => {
    const environment = { ...environmentOfService(service), DOTENV_PATH: '/no/such/file' };
    expect(loadConfig(environment)).toMatchObject({
      eventStoreUrl: expect.stringMatching(/^esdb/) as unknown,
      production: false,
    });
  });

  test('of the profile postgres has its read models there', () => {
    const service = compose.services['service-on-postgres']!;
    const { databaseUrl } = loadConfig(environmentOfService(service));
    const server = environmentOfService(compose.services['postgres']!);
    expect(databaseUrl).toBe(
      `postgres://${server['POSTGRES_USER']}:${server['POSTGRES_PASSWORD']}@postgres:5432/${server['POSTGRES_DB']}`,
    );
  });

  test.each(ourServices)('%s keeps its data, and answers, where its image says', (_name, one) => {
    const { DATA_DIR, PORT } = environmentOf(image);
    expect(one.volumes?.map((text) => text.split(':')[1])).toContain(DATA_DIR);
    expect(one.ports).toEqual([`127.0.0.1:${PORT}:${PORT}`]);
  });

  test('finds by its connection string servers that are in its profiles', () => {
    for (const [, service] of ourServices) {
      const { EVENTSTORE_URL = '', DATABASE_URL = '' } = environmentOfService(service);
      const authorities = [EVENTSTORE_URL, DATABASE_URL]
        .filter((url) => url !== '')
        .map((url) => /\/\/(?:[^@/]*@)?([^/?]+)/.exec(url)?.[1] ?? '');
      const hosts = authorities.flatMap((text) => text.split(',').map((one) => one.split(':')[0]!));
      expect(hosts.length).toBeGreaterThan(0);
      expect(Object.keys(service.depends_on ?? {}).sort()).toEqual(hosts.sort());
    }
  });

  test('asks with options that the official client knows', () => {
    // Not a way in that the client documents, but the one place that knows all of its options.
    const require = createRequire(import.meta.url);
    const client = require.resolve('@eventstore/db-client');
    const { parseConnectionString } = require(
      join(client, '../Client/parseConnectionString.js'),
    ) as { parseConnectionString: (text: string) => Record<string, unknown> };
    const parsed = ourServices.map(([name, service]) => ({
      name,
      ...parseConnectionString(environmentOfService(service)['EVENTSTORE_URL'] ?? ''),
    }));
    expect(parsed).toContainEqual(
      expect.objectContaining({
        name: 'service-on-cluster',
        dnsDiscover: true,
        hosts: ['node1', 'node2', 'node3'].map((address) => ({ address, port: 2113 })),
        tls: true,
        tlsCAFile: '/trusted/ca.crt',
        keepAliveInterval: 10_000,
      }),
    );
    expect(parsed.filter(({ name }) => name !== 'service-on-cluster')).toEqual(
      [1, 2].map(() => expect.objectContaining({ dnsDiscover: false, tls: false }) as unknown),
    );
  });
});

describe('the Kafka', () => {
  const kafka = compose.services['kafka']!;
  const settings = environmentOfService(kafka);
  const pairsIn = (name: string, between: string) =>
    new Map(
      (settings[name] ?? '').split(',').map((pair) => {
        const [listener = '', ...rest] = pair.split(between);
        return [listener, rest.join(between)] as const;
      }),
    );
  const listeners = pairsIn('KAFKA_LISTENERS', '://');
  const advertised = pairsIn('KAFKA_ADVERTISED_LISTENERS', '://');

  test('is where the command of docs/kafka.md sends the relay of each profile', () => {
    const text = readFileSync(join(repository, 'docs/kafka.md'), 'utf8');
    const [, brokers = ''] = /KAFKA_BROKERS=(\S+) docker compose/.exec(text) ?? [];
    expect(brokers).toBe(advertised.get('INSIDE'));
    for (const [, service] of ourServices) {
      const environment = { ...environmentOfService(service), DOTENV_PATH: '/no/such/file' };
      expect(loadConfig(environment).kafka).toBeUndefined();
      const { kafka: relay } = loadConfig({ ...environment, KAFKA_BROKERS: brokers });
      expect(relay).toMatchObject({ brokers: ['kafka:9092'], transactions: 'auto' });
    }
  });

  test('advertises the ports that it listens on; the outer one is the one that is published', () => {
    const portOf = (place = '') => place.split(':').at(-1);
    const controllers = settings['KAFKA_CONTROLLER_LISTENER_NAMES'];
    const ofClients = [...listeners.keys()].filter((name) => name !== controllers);
    expect([...advertised.keys()].sort()).toEqual(ofClients.sort());
    for (const name of ofClients) {
      expect(portOf(advertised.get(name))).toBe(portOf(listeners.get(name)));
    }
    const outer = advertised.get('OUTSIDE') ?? '';
    expect(kafka.ports).toEqual([`${outer}:${portOf(outer) ?? ''}`]);
    const voters = settings['KAFKA_CONTROLLER_QUORUM_VOTERS'];
    const controller = listeners.get(controllers ?? '') ?? '';
    expect(voters).toBe(`${settings['KAFKA_NODE_ID'] ?? ''}@${controller}`);
    const protocols = pairsIn('KAFKA_LISTENER_SECURITY_PROTOCOL_MAP', ':');
    expect([...protocols.keys()].sort()).toEqual([...listeners.keys()].sort());
    expect(listeners.has(settings['KAFKA_INTER_BROKER_LISTENER_NAME'] ?? '')).toBe(true);
  });

  test('does transactions and groups with one broker, and keeps its data in the volume', () => {
    const ofOne = ['OFFSETS_TOPIC_REPLICATION_FACTOR', 'TRANSACTION_STATE_LOG_REPLICATION_FACTOR'];
    for (const name of [...ofOne, 'TRANSACTION_STATE_LOG_MIN_ISR']) {
      expect(settings[`KAFKA_${name}`]).toBe('1');
    }
    expect(kafka.volumes).toEqual([`kafka:${settings['KAFKA_LOG_DIRS'] ?? ''}`]);
    expect(Buffer.from(settings['CLUSTER_ID'] ?? '', 'base64url').length).toBe(16);
  });
});

describe('Compose itself', () => {
  const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
  if (!hasCompose) {
    test.skip('is not asked, because there is no `docker compose` here', () => undefined);
    return;
  }
  test.each(profiles)('accepts the profile %s', (profile) => {
    const { status, stderr } = spawnSync(
      'docker',
      ['compose', '--file', '-', '--profile', profile, 'config', '--quiet'],
      { cwd: repository, input: composeText, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
