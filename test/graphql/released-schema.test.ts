// A client of the last release goes on working: what a change of the schema would break for it must
// be named in the changelog. The rule of schema/released.graphql is in CONTRIBUTING.md.
import { CriticalityLevel, diff, type Change } from '@graphql-inspector/core';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validateSchema } from 'graphql';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { read } from './schema-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const changelog = readFileSync(`${root}/CHANGELOG.md`, 'utf8');
const released = read('released.graphql');
const current = read('schema.graphql');

/** The inspector calls it dangerous only, but a client that sends no value gets another answer. */
const isAboutADefault = ({ type }: Change) => /DEFAULT_(VALUE_)?CHANGED$/.test(String(type));

async function breakingChanges(before: string, after: string): Promise<Change[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes.filter(
    (change) => change.criticality.level === CriticalityLevel.Breaking || isAboutADefault(change),
  );
}

/** The code spans of what is not released yet, under Changed and Removed. */
function namedIn(text: string): Set<string> {
  const [, unreleased = ''] = /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(text) ?? [];
  const parts = unreleased.split(/^### /m).filter((part) => /^(Changed|Removed)\n/.test(part));
  return new Set([...parts.join('\n').matchAll(/`([^`]+)`/g)].map(([, span]) => span!));
}

/** `cartAt` names `Query.cartAt`; everything else is named with its type. */
function unnamed(changes: readonly Change[], text: string): string[] {
  const named = namedIn(text);
  return changes
    .filter(({ path = '' }) => !named.has(path))
    .filter(({ path = '' }) => !named.has(path.replace(/^(Query|Mutation|Subscription)\./, '')))
    .map(({ message }) => message);
}

test('every change that breaks clients of the last release is named in CHANGELOG.md', async () => {
  expect(unnamed(await breakingChanges(released, current), changelog)).toEqual([]);
});

test('the released schema is that of the newest release', () => {
  const [, newest] = /^## (\d+\.\d+\.\d+)$/m.exec(changelog) ?? [];
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    version: string;
  };
  expect(newest).toBe(version);
  expect(released.split('\n')[0]).toContain(`release ${version}.`);
  expect(validateSchema(buildSchema(released))).toEqual([]);
  expect(parse(released).definitions.length).toBeGreaterThan(50);
});

describe('the comparison', () => {
  const before = `
    type Query { cart(id: ID!, wait: Int = 5): Cart, old: Int }
    type Cart implements Thing { id: ID!, total: Int!, note: String }
    interface Thing { id: ID! }
    input Open { currency: String = "GBP" }
    enum Status { OPEN CLOSED }
    union Found = Cart
  `;

  test.each([
    ['a field is removed', 'old: Int }', '}', 'Query.old'],
    ['a type is removed', 'union Found = Cart', '', 'Found'],
    ['a field may be null now', 'total: Int!', 'total: Int', 'Cart.total'],
    ['a type is another', 'note: String', 'note: Int', 'Cart.note'],
    ['an argument is demanded', 'id: ID!, wait', 'id: ID!, more: Int!, wait', 'Query.cart.more'],
    ['an argument is removed', ', wait: Int = 5', '', 'Query.cart.wait'],
    ['a default is another', 'wait: Int = 5', 'wait: Int = 6', 'Query.cart.wait'],
    ["an input's default is another", '"GBP"', '"EUR"', 'Open.currency'],
    ['an input is demanded', 'currency:', 'country: ID! currency:', 'Open.country'],
    ['a value is removed', ' CLOSED', '', 'Status.CLOSED'],
    ['an interface is no longer implemented', 'Cart implements Thing', 'Cart', 'Cart'],
  ])('fails where %s, until it is named', async (_what, from, to, path) => {
    const changes = await breakingChanges(before, before.replace(from, to));
    expect(changes.map((change) => change.path)).toContain(path);
    const of = (text: string) => unnamed(changes, text);
    expect(of('## Unreleased\n\n### Changed\n\n- Much.\n')).not.toEqual([]);
    expect(of(`## Unreleased\n\n### Added\n\n- \`${path}\`\n`)).not.toEqual([]);
    expect(of(`## Unreleased\n\n## 0.1.0\n\n### Changed\n\n- \`${path}\`\n`)).not.toEqual([]);
    const all = changes.map((change) => `\`${change.path ?? ''}\``).join(', ');
    expect(of(`## Unreleased\n\n### Changed\n\n- ${all}\n\n## 0.1.0\n`)).toEqual([]);
    expect(of(`## Unreleased\n\n### Removed\n\n- ${all}`)).toEqual([]);
  });

  test.each([
    ['a field is added', 'old: Int', 'old: Int, more: Int'],
    ['a value is added', 'CLOSED', 'CLOSED MERGED'],
    ['an optional argument is added', 'wait: Int = 5', 'wait: Int = 5, more: Int'],
    ['a field is never null now', 'note: String', 'note: String!'],
    ['a field is deprecated', 'old: Int', 'old: Int @deprecated(reason: "use cart")'],
  ])('passes where %s', async (_what, from, to) => {
    expect(await breakingChanges(before, before.replace(from, to))).toEqual([]);
  });
});
