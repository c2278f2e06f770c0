// Whether every figure that an alert or a panel asks for is one that a served shop gives, by that
// name and with those labels. Where promtool is at hand, it reads the files and tries the alerts as
// well.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ServiceProcess } from '../flow/service.js';
import { compose, environmentOfService, ourServices } from './compose.js';
import { environmentOf, image, repository } from './dockerfile.js';

interface Query {
  readonly where: string;
  readonly expr: string;
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string }[];
}

const deployed = (path: string) => readFileSync(join(repository, 'deploy', path), 'utf8');
const yaml = (path: string): unknown => parse(deployed(path));

const rules = yaml('prometheus/alerts.yml') as { groups: { rules: Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(deployed('grafana/dashboards/cartograph.json')) as {
  uid: string;
  panels: Panel[];
};
const queries: readonly Query[] = [
  ...alerts.map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, expr })),
  ),
];

/** Words of the query language; every other word in a query is a figure's name. */
const language = new Set(
  'sum min max rate by or vector absent clamp_min histogram_quantile'.split(' '),
);
const grouping = /\bby\s*\(([^)]*)\)/g;
const selector = /\{([^{}]*)\}/g;

function namesIn(expr: string): string[] {
  const bare = expr
    .replaceAll(grouping, '')
    .replaceAll(selector, '')
    .replaceAll(/\[[^\]]*\]/g, '');
  return (bare.match(/[a-z_]\w*/gi) ?? []).filter((word) => !language.has(word));
}

function labelsIn(expr: string): string[] {
  const grouped = [...expr.matchAll(grouping)].flatMap(([, list = '']) => list.split(/,\s*/));
  const matched = [...expr.matchAll(selector)].flatMap(([, list = '']) =>
    [...list.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label),
  );
  return [...grouped, ...matched];
}

let service: ServiceProcess;
/** Of each figure that the service gives, its labels and their values. */
const given = new Map<string, Set<string>>();

beforeAll(async () => {
  service = await ServiceProcess.start();
  const opened = await fetch(service.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation { openCart(input: {}) { cart { id } } }' }),
  });
  expect(opened.status).toBe(200);
  const text = await (await fetch(`${service.url}/metrics`)).text();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const seen = given.get(name) ?? new Set<string>();
    for (const [pair, label = ''] of labels.matchAll(/(\w+)="[^"]*"/g)) seen.add(label).add(pair);
    given.set(name, seen);
  }
});

afterAll(() => service.remove());

/** Given by Prometheus itself for each target. */
const own = { names: ['up'], labels: ['job', 'instance'] };

test('there is something to judge', () => {
  expect(queries.length).toBeGreaterThan(20);
  expect(namesIn('sum by (le) (rate(a_total{b="c"}[5m])) / clamp_min(d, 0.1)')).toEqual([
    'a_total',
    'd',
  ]);
});

test.each(queries)('$where asks for figures that the service gives: $expr', ({ expr }) => {
  const names = namesIn(expr).filter((name) => !own.names.includes(name));
  expect(names.filter((name) => !given.has(name))).toEqual([]);
  const labels = names.flatMap((name) => [...(given.get(name) ?? [])]);
  const unknown = labelsIn(expr).filter((label) => ![...own.labels, ...labels].includes(label));
  expect(unknown).toEqual([]);
});

test('the parts and routes that are named are there', () => {
  const pairs = queries.flatMap(({ expr }) => expr.match(/\b(part|route)="[^"]*"/g) ?? []);
  const known = [...given.values()].flatMap((labels) => [...labels]);
  expect(pairs.length).toBeGreaterThan(0);
  expect(pairs.filter((pair) => !known.includes(pair))).toEqual([]);
});

describe('the alerts', () => {
  test('are of what matters', () => {
    expect(alerts.map(({ alert }) => alert)).toEqual([
      'CartographAway',
      'CartographNotReady',
      'EventStoreAway',
      'ProjectionStopped',
      'ProjectionLags',
      'UnexplainedDrift',
      'CommandsFail',
      'Overloaded',
    ]);
  });

  test('say what it means and how bad it is', () => {
    for (const { labels, annotations } of alerts) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(Object.keys(annotations)).toEqual(['summary', 'description']);
    }
  });
});

describe('the dashboard', () => {
  test('asks the source of data that is provisioned, by panels of ids of their own', () => {
    const { datasources } = yaml('grafana/provisioning/datasources/prometheus.yml') as {
      datasources: { uid: string; url: string }[];
    };
    const used = dashboard.panels.flatMap(({ datasource }) => datasource?.uid ?? []);
    expect([...new Set(used)]).toEqual(datasources.map(({ uid }) => uid));
    expect(new URL(datasources[0]!.url).hostname in compose.services).toBe(true);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('is where Grafana is configured to look', () => {
    const { providers } = yaml('grafana/provisioning/dashboards/cartograph.yml') as {
      providers: { options: { path: string } }[];
    };
    const grafana = compose.services['grafana']!;
    const mount = `./deploy/grafana/dashboards:${providers[0]!.options.path}:ro`;
    expect(grafana.volumes).toContain(mount);
    const home = environmentOfService(grafana)['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
    const file = home.replace(`${providers[0]!.options.path}/`, '');
    expect(readdirSync(join(repository, 'deploy/grafana/dashboards'))).toContain(file);
  });
});

test('Prometheus asks every service, where it answers, and reads the alerts', () => {
  const { scrape_configs: jobs, rule_files: files } = yaml('prometheus/prometheus.yml') as {
    scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
    rule_files: string[];
  };
  const [{ names, port }] = jobs[0]!.dns_sd_configs as [{ names: string[]; port: number }];
  expect(String(port)).toBe(environmentOf(image)['PORT']);
  const aliases = ourServices.map(([, { networks }]) => networks?.default.aliases);
  expect(aliases).toEqual(ourServices.map(() => names));
  expect(files).toEqual(['alerts.yml']);
});

describe('promtool', () => {
  if (spawnSync('promtool', ['--version']).status !== 0) {
    test.skip('is not asked, because there is no `promtool` here', () => undefined);
    return;
  }
  test.each([
    ['check', 'config', 'deploy/prometheus/prometheus.yml'],
    ['test', 'rules', 'test/deploy/alerts.promtool.yml'],
  ])('%s %s %s', (...args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, {
      cwd: repository,
      encoding: 'utf8',
    });
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  });
});
