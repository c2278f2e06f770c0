// The manifests of deploy/kubernetes: by Kubernetes's own schemas, without a cluster, and by what
// this service needs. The schemas know values, the types know which fields there are.
import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Secret, Service } from 'kubernetes-models/v1';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../src/service/config.js';
import { settingNames } from '../../src/service/settings.js';
import { repository } from './dockerfile.js';

const folder = join(repository, 'deploy/kubernetes');
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');

interface PodSpec {
  readonly containers: readonly {
    readonly image: string;
    readonly args?: readonly string[];
    readonly ports?: readonly { readonly containerPort: number }[];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    readonly securityContext: object;
    readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string } };
  }[];
  readonly volumes: readonly { readonly name: string }[];
  readonly securityContext: object;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
    readonly podSelector: { readonly matchExpressions: readonly { readonly values: string[] }[] };
  };
  readonly data: Readonly<Record<string, string>>;
  readonly stringData: Readonly<Record<string, string>>;
}

const manifests = files.flatMap((file) =>
  parseAllDocuments(textOf(file)).map((one) => one.toJS() as Manifest),
);
const manifestOf = (wanted: string) => manifests.find(({ kind }) => kind === wanted)!;

/** Kinds by their validator, whose schema is Kubernetes's OpenAPI, and their type's module. */
const kinds: Readonly<
  Record<string, readonly [new (data: never) => { validate(): void }, string]>
> = {
  Deployment: [Deployment, 'apps/v1'],
  Job: [Job, 'batch/v1'],
  NetworkPolicy: [NetworkPolicy, 'networking/v1'],
  PodDisruptionBudget: [PodDisruptionBudget, 'policy/v1'],
  ConfigMap: [ConfigMap, 'core/v1'],
  Secret: [Secret, 'core/v1'],
  Service: [Service, 'core/v1'],
};

/** What the compiler says of the manifests as values of their types. */
function typeFaults(checked: readonly Manifest[]): string[] {
  const source = checked
    .map((manifest, index) => {
      const type = `import('kubernetes-types/${kinds[manifest.kind]![1]}').${manifest.kind}`;
      return `export const of${index}: ${type} = ${JSON.stringify(manifest)};`;
    })
    .join('\n');
  const name = join(repository, 'test/deploy/manifests.ts');
  const options: ts.CompilerOptions = {
    ...{ noEmit: true, strict: true, types: [], skipLibCheck: true },
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  host.readFile = (path) => (path === name ? source : ts.sys.readFile(path));
  host.fileExists = (path) => path === name || ts.sys.fileExists(path);
  const program = ts.createProgram([name], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const faultOf = (manifest: Manifest): string | undefined => {
  const [Kind] = kinds[manifest.kind]!;
  try {
    new Kind(manifest as never).validate();
    return undefined;
  } catch (error) {
    return String(error);
  }
};

const podOf = (kind: string) => manifestOf(kind).spec.template;

describe('the manifests', () => {
  test('are of kinds that are known here', () => {
    expect(manifests.map(({ kind }) => kind).sort()).toEqual(Object.keys(kinds).sort());
  });

  test('are valid by the schemas of Kubernetes', () => {
    expect(manifests.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
    const spoilt = manifestOf('Deployment');
    const replicas = { ...spoilt, spec: { ...spoilt.spec, replicas: 'two' } };
    expect(faultOf(replicas)).toContain('must be integer');
  });

  test('have no field that Kubernetes does not know', () => {
    expect(typeFaults(manifests)).toEqual([]);
    const spoilt = manifestOf('PodDisruptionBudget');
    const misspelt = { ...spoilt, spec: { ...spoilt.spec, minAvailble: 1 } };
    expect(typeFaults([misspelt]).join()).toContain('minAvailble');
  });

  test('name no API that is not stable', () => {
    expect(manifests.filter(({ apiVersion }) => /alpha|beta/.test(apiVersion))).toEqual([]);
  });

  test('are applied together, but for the job', () => {
    const { resources } = parse(textOf('kustomization.yaml')) as { resources: string[] };
    expect([...resources, 'replay-job.yaml'].sort()).toEqual([...files].sort());
  });
});

describe('the pods', () => {
  const pods = ['Deployment', 'Job'].map((kind) => podOf(kind).spec);

  test('run without rights, on a file system that they cannot change', () => {
    for (const { securityContext, containers } of pods) {
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containers.map((one) => one.securityContext)).toEqual([
        {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      ]);
    }
  });

  test('are of the image of this version, and mount what is there', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };
    for (const { containers, volumes } of pods) {
      expect(containers.map(({ image }) => image)).toEqual([`cartograph:${version}`]);
      const mounted = containers.flatMap((one) => one.volumeMounts.map(({ name }) => name));
      expect(mounted.sort()).toEqual(volumes.map(({ name }) => name).sort());
    }
  });

  test('are found by the service, the budget and the policy', () => {
    const { labels } = podOf('Deployment').metadata;
    expect(labels).toEqual({ 'app.kubernetes.io/name': 'cartograph' });
    expect(manifestOf('Service')).toMatchObject({ spec: { selector: labels } });
    expect(manifestOf('PodDisruptionBudget')).toMatchObject({
      spec: { selector: { matchLabels: labels } },
    });
    const names = [labels, podOf('Job').metadata.labels].flatMap(Object.values);
    const [chosen] = manifestOf('NetworkPolicy').spec.podSelector.matchExpressions;
    expect(chosen?.values).toEqual(names);
  });

  test('are asked at paths that the service has', () => {
    const [container] = podOf('Deployment').spec.containers;
    const probes = Object.entries(container!).flatMap(([name, value]) =>
      name.endsWith('Probe') ? [[name, (value as { httpGet: { path: string } }).httpGet.path]] : [],
    );
    expect(Object.fromEntries(probes)).toEqual({
      startupProbe: '/health/ready',
      readinessProbe: '/health/live',
      livenessProbe: '/health/live',
    });
  });
});

test('the settings exist, parse, and are enough for production', () => {
  const { data } = manifestOf('ConfigMap');
  const { stringData } = manifestOf('Secret');
  const environment = { ...data, ...stringData };
  expect(Object.keys(environment).filter((name) => !settingNames.includes(name as never))).toEqual(
    [],
  );
  const config = loadConfig({ ...environment, DOTENV_PATH: '/nowhere' });
  expect(config).toMatchObject({ production: true });
  for (const shared of [config.eventStoreUrl, config.databaseUrl, config.cartTokenSecret]) {
    expect(shared).toBeDefined();
  }
});

test('the job runs a command that there is, with its options', () => {
  const [command = '', ...options] = podOf('Job').spec.containers[0]!.args!;
  const help = execFileSync(process.execPath, ['dist/program/cartograph.js', command, '--help'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(options.length).toBeGreaterThan(0);
  for (const option of options) expect(help).toContain(`${option} `);
});
