// The bundled program has what the modules find by a path.
import { expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

function textsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
}

test('each thread that a module starts is where the module looks', () => {
  const texts = [...textsIn('src'), ...textsIn('embedded-node/src')];
  const threads = texts.flatMap((text) =>
    [...text.matchAll(/'(\.\/[\w/-]+-worker\.js)'/g)].map(([, path = '']) => path),
  );
  expect(threads.length).toBeGreaterThan(6);
  expect(threads.filter((path) => !existsSync(join(root, 'dist/program', path)))).toEqual([]);
});

test('each file that a module reads is as far from it as before', () => {
  const paths = textsIn('src').flatMap((text) =>
    [...text.matchAll(/new URL\('(\.\.\/[^']*)', import\.meta\.url\)/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(paths.length).toBeGreaterThan(4);
  expect(paths.filter((path) => !existsSync(join(root, 'dist/program', path)))).toEqual([]);
});
