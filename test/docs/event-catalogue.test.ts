// docs/events.md is what the codecs store.
import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { eventCatalogue } from '../../src/cli/event-catalogue.js';
import { shopPrefixes } from '../../src/commands/aggregates.js';
import { chainedPrefixes } from '../../src/projections/shop-events.js';

const page = eventCatalogue();

test('the page of the events is made from the codecs of today: npm run schema', () => {
  expect(readFileSync('docs/events.md', 'utf8')).toBe(page);
});

test('every category that the service writes has a section', () => {
  const prefixes = new Set<string>([...shopPrefixes, ...chainedPrefixes]);
  expect(prefixes.size).toBeGreaterThan(8);
  for (const prefix of prefixes) expect(page).toContain(`\n## \`${prefix}`);
});

test('every event of which a stored form is kept has a row with its newest version', () => {
  const newest = new Map<string, number>();
  for (const name of readdirSync('test/stored-events')) {
    const [, type, version] = /^(\w+)\.v(\d+)/.exec(name) ?? [];
    if (type !== undefined) newest.set(type, Math.max(newest.get(type) ?? 0, Number(version)));
  }
  expect(newest.size).toBeGreaterThan(30);
  for (const [type, version] of newest) expect(page).toContain(`| \`${type}\` | ${version} |`);
});
