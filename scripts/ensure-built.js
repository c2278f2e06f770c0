// Compiles and bundles the service, and bundles the web pages, when a source changed since the last
// build. The stamp is a hash of every input's path, size and content, so a fresh checkout or a
// touched file with the same content does not rebuild. `--force` builds regardless.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleProgram } from './bundle-program.js';
import { generatedFolder, generateWire, wireDescription } from './generate-wire.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const force = process.argv.includes('--force');

function filesIn(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest('hex');
}

const stampOf = (name) => join(root, 'dist', `.${name.replaceAll(' ', '-')}-built`);

/** Runs `build` unless the stamp matches the current inputs. */
async function buildWhenStale(name, inputs, build) {
  const stamp = stampOf(name);
  const hash = hashOf(inputs);
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.error(`Building ${name} …`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  rmSync(stamp, { force: true });
  await build();
  writeFileSync(stamp, hash);
}

function run(script, ...args) {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    // In the environment of tests, the pages would be those that React makes for its developers.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', process.stderr, process.stderr],
  });
}

/** A bundled or minified program has no source files to compute the hashes from. */
function storeFoldHashes() {
  const compute = `
    const { computeFoldHashes } = await import(process.argv[1]);
    console.log(JSON.stringify(computeFoldHashes(), null, 2));`;
  const module = pathToFileURL(join(root, 'dist/folds/fold-hash.js')).href;
  const args = ['--input-type=module', '-e', compute, module];
  const hashes = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
  writeFileSync(join(root, 'dist/folds/fold-hashes.js'), `export const foldHashes = ${hashes};\n`);
}

const configuration = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((file) =>
  join(root, file),
);

const wireSources = [
  wireDescription,
  join(root, 'scripts/generate-wire.js'),
  join(root, 'package-lock.json'),
];
if (filesIn('embedded-node/src/wire/generated').length === 0)
  rmSync(stampOf('wire'), { force: true });
await buildWhenStale('wire', wireSources, generateWire);
const nodeSources = [
  ...filesIn('embedded-node/src'),
  join(root, 'embedded-node/tsconfig.build.json'),
  ...configuration,
];
await buildWhenStale('embedded node', nodeSources, () => {
  run('typescript/bin/tsc', '-p', 'embedded-node/tsconfig.build.json');
  // The compiler leaves JavaScript and its declarations where they are.
  const target = join(root, 'embedded-node/dist/wire');
  cpSync(generatedFolder, join(target, 'generated'), { recursive: true });
  cpSync(wireDescription, join(target, 'event-store.proto'));
});
// The service is compiled against the declarations of the embedded node.
const serviceSources = [...filesIn('src'), ...nodeSources, fileURLToPath(import.meta.url)];
await buildWhenStale('service', serviceSources, () => {
  run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
  storeFoldHashes();
});
const bundler = join(root, 'scripts/bundle-program.js');
await buildWhenStale('program', [...serviceSources, bundler], bundleProgram);
if (existsSync(join(root, 'web'))) {
  if (/[#?]/.test(root)) {
    console.error(`Vite builds no pages in a folder with # or ? in its path. Move ${root}.`);
    process.exit(1);
  }
  const webSources = [...filesIn('web'), ...filesIn('schema/generated')];
  await buildWhenStale('web', [...webSources, join(root, 'package-lock.json')], () =>
    run('vite/bin/vite.js', 'build', '--config', 'web/vite.config.js', '--logLevel', 'error'),
  );
}
