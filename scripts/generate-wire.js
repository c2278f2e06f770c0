// Generates the codecs of event-store.proto: static code, for that of reflection takes 14 ms longer
// to load, in every thread. It is part of the build and is not committed, as all that a compiler
// makes, so that it cannot differ from its description.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wireFolder = join(root, 'embedded-node/src/wire');
export const wireDescription = join(wireFolder, 'event-store.proto');
export const generatedFolder = join(wireFolder, 'generated');

const HEADER = '// Generated from event-store.proto by scripts/generate-wire.js.\n';

const unused = ['create', 'verify', 'convert', 'delimited', 'typeurl', 'service'];

function run(tool, ...args) {
  const script = join(root, 'node_modules/protobufjs-cli/bin', tool);
  execFileSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
}

function rewrite(path, change) {
  writeFileSync(path, HEADER + change(readFileSync(path, 'utf8')));
}

/** protobufjs is CommonJS, whose parts a module in ESM finds in its default export alone. */
const asModule = (code) =>
  code
    .replace(
      'import * as $protobuf from "protobufjs/minimal"',
      'import $protobuf from "protobufjs/minimal.js"',
    )
    // Two copies of the package in one process share no types.
    .replace('$protobuf.roots["default"] || ($protobuf.roots["default"] = {})', '{}');

/** The declarations name a package that is not ours for the two halves of 64 bits. */
const withOurReader = (declarations) =>
  declarations
    .replace(
      'import * as $protobuf from "protobufjs"',
      'import type $protobuf from "protobufjs/minimal.js"',
    )
    .replace(
      'import Long = require("long");',
      'import type { Halves } from "../halves.js";\nimport type { WireReader } from "../wire-reader.js";',
    )
    .replaceAll(/\bLong\b/g, 'Halves')
    .replaceAll('$protobuf.Reader', 'WireReader');

export function generateWire() {
  mkdirSync(generatedFolder, { recursive: true });
  const code = join(generatedFolder, 'messages.js');
  const declarations = join(generatedFolder, 'messages.d.ts');
  const options = unused.map((name) => `--no-${name}`);
  const target = ['-t', 'static-module', '-w', 'es6'];
  run('pbjs', ...target, ...options, '-o', code, wireDescription);
  run('pbts', '-o', declarations, code);
  rewrite(code, asModule);
  rewrite(declarations, withOurReader);
}
