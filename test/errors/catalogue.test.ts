// Each error class of the service, and each that the embedded node throws at it, is in the
// catalogue.
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogued, factsOf, handledInside, isAway } from '../../src/errors/catalogue.js';
import { DeletedStreamError, StoreUnavailableError } from '../../src/event-store/errors.js';
import {
  ReadModelsFullError,
  ReadModelsUnavailableError,
} from '../../src/read-models/unavailable.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every class below the folder that extends an error. */
function errorClassesOf(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(root, folder, file), 'utf8');
      const classes = text.matchAll(/class (\w+) extends \w*Error\b[^{]*{([^}]*)/g);
      // The catalogue goes by the name that an error carries, so that has to be the class's.
      return [...classes].map(([, name, body]) =>
        body!.includes('readonly name') && !body!.includes(`'${name}'`) ? `${name}'s name` : name!,
      );
    });
}

const listed = [...catalogued, ...handledInside];

test('lists every error class of the service', () => {
  const missing = errorClassesOf('src').filter((name) => !listed.includes(name));
  expect(missing).toEqual([]);
});

test('lists no name that no class has, and none twice', () => {
  const classes = [...errorClassesOf('src'), ...errorClassesOf('embedded-node/src')];
  expect(listed.filter((name) => !classes.includes(name))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

test('a full disk is a reason to try again later, as an absent database is', () => {
  const away = [new ReadModelsFullError(undefined), new ReadModelsUnavailableError(undefined)];
  expect(away.map(isAway)).toEqual([true, true]);
  expect(factsOf(away[0])?.api?.message).toBe(
    'The service cannot store anything now. Try again later.',
  );
});

test('knows an error that has lost its class between threads by its name', () => {
  const away = Object.assign(new Error('no answer'), { name: 'StoreUnavailableError' });
  expect(isAway(away)).toBe(true);
  expect(isAway(new StoreUnavailableError('a read'))).toBe(true);
  expect(isAway(new DeletedStreamError('cart-1'))).toBe(false);
});

test('has no entry for an unforeseen fault', () => {
  expect(factsOf(new Error('boom'))).toBeUndefined();
  expect(factsOf('boom')).toBeUndefined();
  expect(factsOf(Object.assign(new Error('boom'), { name: 'toString' }))).toBeUndefined();
});
