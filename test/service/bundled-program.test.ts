// The bundled program can be loaded, and has what the modules find by a path.
import { expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SourceTextModule } from 'node:vm';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'dist/program');

function textsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));
}

test('each thread that a module starts is beside it', () => {
  const texts = [...textsIn('src'), ...textsIn('embedded-node/src')];
  const threads = texts.flatMap((text) =>
    [...text.matchAll(/'(\.{1,2}\/[\w/-]+-worker\.js)', import\.meta\.url/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(threads.length).toBeGreaterThan(6);
  for (const path of threads) {
    expect(path).toMatch(/^\.\/[\w-]+\.js$/);
    expect(existsSync(join(program, path))).toBe(true);
  }
  // Nor does the bundler put a module elsewhere.
  expect(readdirSync(program, { withFileTypes: true }).filter((one) => one.isDirectory())).toEqual(
    [],
  );
});

test('each file that a module reads is as far from it as before', () => {
  const paths = textsIn('src').flatMap((text) =>
    [...text.matchAll(/new URL\('(\.\.\/[^']*)', import\.meta\.url\)/g)].map(
      ([, path = '']) => path,
    ),
  );
  expect(paths.length).toBeGreaterThan(4);
  expect(paths.filter((path) => !existsSync(join(program, path)))).toEqual([]);
});

test('each of its files is a module that Node can compile', () => {
  const modules = readdirSync(program).filter((file) => file.endsWith('.js'));
  expect(modules.length).toBeGreaterThan(100);
  for (const file of modules) {
    const text = readFileSync(join(program, file), 'utf8');
    expect(() => new SourceTextModule(text, { identifier: file })).not.toThrow();
  }
});
