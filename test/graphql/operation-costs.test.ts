// Every operation that the pages use fits the limit of cost at the largest page that it is asked
// for, so that no list fails once the shop has grown.
import { expect, test } from '@jest/globals';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { complexityOf, queryLimits } from '../../src/graphql/complexity.js';

/** A page that is as large as any list of the pages, and as clients are likely to ask for. */
const usualPage = 100;
/** Where the pages ask for more, or the shop never has as many. */
const otherPages: Readonly<Record<string, number>> = {
  // web/app/history/past.ts
  CartHistory: 180,
  // The newest fifty are kept.
  ImpactReports: 50,
  Replays: 50,
};

const folder = new URL('../../schema/operations/', import.meta.url);
const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
const { definitions } = parse(texts.join('\n'));
const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
const operations = definitions.filter(
  (definition): definition is OperationDefinitionNode =>
    definition.kind === Kind.OPERATION_DEFINITION,
);

test.each(operations.map((operation) => [operation.name?.value ?? '', operation] as const))(
  '%s fits',
  (name, operation) => {
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [operation, ...fragments],
    };
    const size = otherPages[name] ?? usualPage;
    // One of the two: no page has both.
    for (const side of ['first', 'last']) {
      const { cost, excess } = complexityOf(document, { [side]: size });
      expect([name, excess]).toEqual([name, undefined]);
      expect(cost).toBeLessThanOrEqual(queryLimits.cost);
    }
  },
);
