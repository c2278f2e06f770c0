// What the Dockerfile promises, as far as reading it goes; image-start.test.ts runs what it starts.
import { describe, expect, test } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildArguments,
  commandOf,
  copies,
  dockerfileText,
  environmentOf,
  image,
  repository,
  stages,
  texts,
} from './dockerfile.js';

test('the linter has nothing to say', () => {
  expect(validate(dockerfileText)).toEqual([]);
});

test('every stage begins at one base, pinned by version', () => {
  expect(buildArguments['BASE']).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/);
  const bases = stages.map((stage) => texts(stage, 'FROM')[0]?.split(' ')[0]);
  expect(bases).toEqual(stages.map(() => '${BASE}'));
});

test('its Node is of the major version that the program asks for', () => {
  const major = /^node:(\d+)/.exec(buildArguments['BASE'] ?? '')?.[1];
  const entry = readFileSync(join(repository, 'bin/cartograph.js'), 'utf8');
  expect(Number(major)).toBeGreaterThanOrEqual(Number(/major < (\d+)/.exec(entry)?.[1]));
});

describe('the build context', () => {
  const shown = readFileSync(join(repository, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const copied = stages
    .flatMap(copies)
    .filter(({ from }) => from === undefined)
    .flatMap(({ sources }) => sources);

  test('shows what is copied, and nothing else', () => {
    expect([...new Set(copied)].sort()).toEqual(shown.sort());
  });

  test('holds what is copied', () => {
    expect(copied.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  test('what comes from another stage names a stage', () => {
    const names = stages.map(({ name }) => name);
    const named = stages.flatMap(copies).flatMap(({ from }) => from ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('the image', () => {
  test('runs as a user without rights', () => {
    expect(texts(image, 'USER')).toEqual(['node']);
    const after = image.instructions.slice(
      image.instructions.findIndex(({ name }) => name === 'USER'),
    );
    expect(after.filter(({ name }) => ['RUN', 'COPY', 'ADD'].includes(name))).toEqual([]);
  });

  test('writes to its one volume, which is the data folder', () => {
    expect(texts(image, 'VOLUME')).toEqual([environmentOf(image)['DATA_DIR']]);
  });

  test('installs production packages only', () => {
    const packages = stages.find(({ name }) => name === 'packages')!;
    expect(texts(packages, 'RUN').join()).toMatch(/npm ci .*--omit=dev/);
    const modules = copies(image).filter(({ target }) => target === 'node_modules');
    expect(modules.map(({ from }) => from)).toEqual(['packages']);
  });

  test('starts node directly, stops on SIGTERM, and checks its health without a shell', () => {
    expect(commandOf(image, 'ENTRYPOINT')[0]).toBe('node');
    expect(texts(image, 'STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(commandOf(image, 'HEALTHCHECK').slice(0, 2)).toEqual(['node', '-e']);
    expect(texts(image, 'EXPOSE')).toEqual([environmentOf(image)['PORT']]);
  });
});
