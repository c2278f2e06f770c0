// The house rules as a test: who may import whom, from the real import graph, and how files are
// named and opened.
import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const nodeSrc = join(root, 'embedded-node/src');

/**
 * What a room may import: other rooms of ours, and packages. `*` stands for any package; `node:`
 * for the platform. A root may import everything.
 */
const rooms: Record<string, { rooms: string[]; packages: string[] } | 'root'> = {
  domain: { rooms: [], packages: ['zod', 'currency-codes'] },
  errors: { rooms: [], packages: [] },
  files: { rooms: [], packages: ['node:'] },
  waiting: { rooms: [], packages: ['node:'] },
  tracing: { rooms: [], packages: [] },
  // OpenTelemetry's SDK, which the service loads only where a collector is configured.
  telemetry: {
    rooms: [],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/core',
      '@opentelemetry/exporter-metrics-otlp-http',
      '@opentelemetry/exporter-metrics-otlp-proto',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/exporter-trace-otlp-proto',
      '@opentelemetry/otlp-exporter-base',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-metrics',
      '@opentelemetry/sdk-trace',
      'prom-client',
      'node:',
    ],
  },
  'event-store': {
    rooms: ['domain'],
    packages: [
      '@eventstore/db-client',
      // The client's own transport, to make its channels.
      '@grpc/grpc-js',
      // The messages; nothing else of the node's package.
      'embedded-eventstoredb/wire',
      'uuid',
      'node:',
    ],
  },
  folds: { rooms: ['domain', 'event-store'], packages: ['lru-cache', 'node:'] },
  commands: {
    rooms: ['domain', 'event-store', 'folds'],
    packages: ['uuid', 'lru-cache', 'node:'],
  },
  'event-browser': { rooms: ['event-store'], packages: ['node:'] },
  'time-travel': { rooms: ['domain', 'event-store', 'folds'], packages: ['node:'] },
  subscriptions: { rooms: ['event-store'], packages: ['node:'] },
  'read-models': {
    rooms: ['domain'],
    packages: ['lru-cache', 'pg', 'pg-connection-string', 'zod', 'node:'],
  },
  projections: {
    rooms: ['domain', 'pricing', 'read-models', 'subscriptions', 'event-store', 'folds'],
    packages: ['lru-cache', 'zod', 'node:'],
  },
  pricing: {
    rooms: ['domain', 'commands', 'read-models'],
    packages: ['lru-cache', 'zod', 'node:'],
  },
  // Nothing in it can act on the outside: it reaches no command, no process manager, no gateway.
  replay: {
    rooms: ['domain', 'pricing', 'read-models', 'projections', 'subscriptions', 'event-store'],
    packages: ['lru-cache', 'zod', 'node:'],
  },
  // The databases of the read models keep the payment tokens too, encrypted.
  gateways: { rooms: ['personal-data', 'read-models'], packages: ['zod', 'node:'] },
  'process-managers': {
    rooms: ['domain', 'commands', 'gateways', 'subscriptions', 'event-store'],
    packages: ['node:'],
  },
  'live-updates': {
    rooms: ['domain', 'subscriptions', 'event-store', 'folds'],
    packages: ['node:'],
  },
  graphql: {
    rooms: [
      'domain',
      'commands',
      'event-store',
      'read-models',
      'projections',
      'time-travel',
      'event-browser',
      'live-updates',
      'replay',
      'tokens',
    ],
    packages: ['*'],
  },
  http: { rooms: ['graphql', 'tokens'], packages: ['*'] },
  mail: {
    rooms: [
      'domain',
      'commands',
      'event-store',
      'personal-data',
      'process-managers',
      'read-models',
    ],
    packages: ['nodemailer', 'node:'],
  },
  webhooks: {
    rooms: [
      'domain',
      'commands',
      'event-store',
      'personal-data',
      'process-managers',
      'read-models',
    ],
    packages: ['ipaddr.js', 'uuid', 'node:'],
  },
  // It writes to a Kafka, and nowhere else.
  relay: {
    rooms: ['domain', 'event-store', 'subscriptions', 'read-models', 'projections'],
    packages: ['@platformatic/kafka', 'node:'],
  },
  'personal-data': { rooms: ['domain', 'read-models'], packages: ['node:'] },
  tokens: { rooms: [], packages: ['jose', 'node:'] },
  audit: {
    rooms: ['commands', 'event-store', 'folds', 'projections', 'tokens'],
    packages: ['zod', 'node:'],
  },
  seed: { rooms: ['domain', 'commands', 'event-store'], packages: ['zod', 'node:'] },
  fill: { rooms: ['domain', 'commands', 'event-store'], packages: ['node:'] },
  import: {
    rooms: ['domain', 'commands', 'event-store'],
    packages: ['csv-parse', 'luxon', 'uuid', 'node:'],
  },
  service: 'root',
  cli: 'root',
};

/** Every room but the domain may import these. */
const forAll = ['errors', 'files', 'tracing', 'waiting'];

/** What the embedded node's package may import besides its own files. */
const nodePackages = [
  '@grpc/grpc-js',
  '@eventstore/db-client',
  'google-protobuf',
  'protobufjs',
  '@peculiar/x509',
  '@jitl/quickjs-wasmfile-release-sync',
  'quickjs-emscripten-core',
  'reflect-metadata',
  'commander',
  'node:',
];

/** Without those that the build generates. */
const sourceFilesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .filter((entry) => basename(entry.parentPath) !== 'generated')
    .map((entry) => join(entry.parentPath, entry.name));

const sourceFiles = sourceFilesOf(src);
const nodeFiles = sourceFilesOf(nodeSrc);
const allFiles = [...sourceFiles, ...nodeFiles];

const roomOf = (path: string) => {
  const [first] = relative(src, path).split('/');
  return first!;
};

const packageOf = (specifier: string) =>
  specifier.startsWith('node:') || builtinModules.includes(specifier)
    ? 'node:'
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

/** The names of all types that a file declares, exported or not, at any depth. */
function typeNamesOf(path: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    const isType =
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isEnumDeclaration(node);
    if (isType && node.name !== undefined) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest));
  return names;
}

const importsOf = (path: string) =>
  ts.preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles.map((f) => f.fileName);

function forbiddenImports(path: string): string[] {
  const room = roomOf(path);
  const rule = rooms[room];
  if (rule === 'root') return [];
  if (rule === undefined) return [`${relative(root, path)} is in a room that no rule knows`];
  return importsOf(path)
    .filter((specifier) => {
      if (!specifier.startsWith('.')) {
        return ![specifier, packageOf(specifier), '*'].some((one) => rule.packages.includes(one));
      }
      const target = roomOf(resolve(dirname(path), specifier));
      const isForAll = room !== 'domain' && forAll.includes(target);
      return target !== room && !isForAll && !rule.rooms.includes(target);
    })
    .map((specifier) => `${relative(root, path)} imports ${specifier}`);
}

describe('who may import whom', () => {
  test('the import graph is not empty, so that the rules check something', () => {
    expect(sourceFiles.length).toBeGreaterThan(50);
    expect(sourceFiles.flatMap(importsOf).length).toBeGreaterThan(200);
  });

  test.each(Object.keys(rooms))('%s keeps to its doors', (room) => {
    const files = sourceFiles.filter((path) => roomOf(path) === room);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(forbiddenImports)).toEqual([]);
  });

  test('every entry of src is a folder with a rule: no loose files', () => {
    const unknown = sourceFiles.map(roomOf).filter((room) => !(room in rooms));
    expect(unknown).toEqual([]);
  });

  test('the embedded node imports nothing of the service', () => {
    const offences = nodeFiles.flatMap((path) =>
      importsOf(path)
        .filter((specifier) =>
          specifier.startsWith('.')
            ? !resolve(dirname(path), specifier).startsWith(nodeSrc)
            : !nodePackages.includes(packageOf(specifier)),
        )
        .map((specifier) => `${relative(root, path)} imports ${specifier}`),
    );
    expect(nodeFiles.length).toBeGreaterThan(50);
    expect(offences).toEqual([]);
  });

  test('the service imports the public face of the embedded node alone', () => {
    const offences = sourceFiles.flatMap((path) =>
      importsOf(path)
        .filter((specifier) => specifier.includes('embedded-node/src'))
        .map((specifier) => `${relative(root, path)} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });

  test('only a codec of the domain may import zod', () => {
    const offenders = sourceFiles.filter(
      (path) =>
        roomOf(path) === 'domain' &&
        basename(path) !== 'codec.ts' &&
        importsOf(path).some((specifier) => packageOf(specifier) === 'zod'),
    );
    expect(offenders).toEqual([]);
  });
});

describe('import circles', () => {
  /** Imports that exist at run time; a type is erased. */
  function runtimeImportsOf(path: string): string[] {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
    return source.statements
      .filter((one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one))
      .filter((one) => !isOfTypesAlone(one))
      .flatMap(({ moduleSpecifier: from }) =>
        from !== undefined && ts.isStringLiteral(from) && from.text.startsWith('.')
          ? [resolve(dirname(path), from.text).replace(/\.js$/, '.ts')]
          : [],
      );
  }

  function isOfTypesAlone(one: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
    if (ts.isExportDeclaration(one)) return one.isTypeOnly;
    const { importClause: clause } = one;
    if (clause === undefined || clause.name !== undefined) return false;
    if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
    const bindings = clause.namedBindings;
    return (
      bindings !== undefined &&
      ts.isNamedImports(bindings) &&
      bindings.elements.every(({ isTypeOnly }) => isTypeOnly)
    );
  }

  test.each([
    ['the service', sourceFiles],
    ['the embedded node', nodeFiles],
  ])('%s has none', (_name, files) => {
    const graph = new Map(files.map((path) => [path, runtimeImportsOf(path)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, way: readonly string[]): void => {
      if (done.has(path)) return;
      if (way.includes(path)) {
        circles.push(
          [...way.slice(way.indexOf(path)), path].map((one) => relative(root, one)).join(' → '),
        );
        return;
      }
      for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
      done.add(path);
    };
    for (const path of files) visit(path, []);
    expect([...graph.values()].flat().length).toBeGreaterThan(100);
    expect(circles).toEqual([]);
  });
});

describe('names', () => {
  const relativePaths = allFiles.map((path) => relative(root, path));

  test('files are in kebab-case', () => {
    const pattern = /^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/;
    expect(relativePaths.filter((path) => !pattern.test(path))).toEqual([]);
  });

  test('no name that says nothing, and no barrel', () => {
    const empty = /(^|\/)(utils?|common|shared|core|lib|helpers?|misc|index)(\/|\.ts$)/;
    const suffixed = /(\.|-)(service|manager|helper)\.ts$/;
    expect(relativePaths.filter((path) => empty.test(path) || suffixed.test(path))).toEqual([]);
  });

  test.each([
    ['the service', src, sourceFiles],
    ['the embedded node', nodeSrc, nodeFiles],
  ])('%s has no type name that stands for two things', (_name, folder, files) => {
    const places = new Map<string, string[]>();
    for (const path of files) {
      for (const name of typeNamesOf(path)) {
        places.set(name, [...(places.get(name) ?? []), relative(folder, path)]);
      }
    }
    expect(places.size).toBeGreaterThan(100);
    expect([...places].filter(([, paths]) => paths.length > 1)).toEqual([]);
  });

  test('no interface with an I prefix', () => {
    const offenders = allFiles.filter((path) =>
      /\binterface I[A-Z][a-z]/.test(readFileSync(path, 'utf8')),
    );
    expect(offenders).toEqual([]);
  });
});

describe('each source file', () => {
  const offendersOf = (isOffence: (text: string, path: string) => boolean) =>
    allFiles
      .filter((path) => isOffence(readFileSync(path, 'utf8'), relative(src, path)))
      .map((path) => relative(root, path));

  test('opens with a sentence that says which stage it is', () => {
    expect(offendersOf((text) => !/^(#!.*\n)?\/[/*]/.test(text))).toEqual([]);
  });

  test('leaves the environment and the arguments to config.ts and the command line', () => {
    const reader = (path: string) =>
      path === 'service/config.ts' ||
      path.startsWith('cli/') ||
      // Jest's way to hand the tests a value is the environment.
      path.startsWith('../embedded-node/src/jest/');
    expect(
      offendersOf((text, path) => /process\.(env|argv)\b/.test(text) && !reader(path)),
    ).toEqual([]);
  });

  test('wraps its comments at 100 columns', () => {
    const isLong = (line: string) => /^\s*(\/\/|\/?\*)/.test(line) && line.length > 100;
    expect(offendersOf((text) => text.split('\n').some(isLong))).toEqual([]);
  });

  test('names its subject in its comments: a caller, an operator, a reader', () => {
    const isVague = (line: string) =>
      /^\s*(\/\/|\/?\*)/.test(line) && /\b(whoever|somebody|anybody)\b/i.test(line);
    expect(offendersOf((text) => text.split('\n').some(isVague))).toEqual([]);
  });

  test('writes no left-overs', () => {
    expect(offendersOf((text) => /TODO|FIXME|XXX|console\.log/.test(text))).toEqual([]);
  });
});

describe('the pages at the top', () => {
  /** The paths of this repository that a page names in code spans and links. */
  const pathsIn = (page: string) => {
    const text = readFileSync(join(root, page), 'utf8');
    const spans = [...text.matchAll(/`((?:src|embedded-node|test|docs)\/[^`\s*<…]*)`/g)];
    const links = [...text.matchAll(/\]\(((?!https?:|#)[^)#\s]+)/g)];
    return [...spans, ...links].map(([, path]) => path!);
  };

  test.each([
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'GLOSSARY.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'embedded-node/README.md',
  ])('%s names only files that exist', (page) => {
    expect(
      pathsIn(page).filter(
        (path) => !existsSync(join(root, dirname(page), path)) && !existsSync(join(root, path)),
      ),
    ).toEqual([]);
  });

  test('the architecture page names enough files to walk by', () => {
    expect(pathsIn('ARCHITECTURE.md').length).toBeGreaterThan(30);
  });
});
