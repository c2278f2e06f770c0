// What counts as an instance that is not well.
import { expect, test } from '@jest/globals';
import { type InstanceStanding, standingProblems } from './standing.js';

type Model = InstanceStanding['models'][number];

const live: Model = {
  ...{ name: 'cart', state: 'LIVE', position: '40', error: null },
  ...{ isHeld: false, isStartingOver: false },
};

const problems = (change: Partial<Model>) =>
  standingProblems({ instance: 'one', models: [{ ...live, ...change }] }, 40n);

test.each<[string, Partial<Model>]>([
  ['is live at the end', {}],
  ['has read further, to what is not projected', { position: '50' }],
  ['is rebuilt beside', { state: 'REBUILDING' }],
  ['is held by an operator', { state: 'STOPPED', position: '10', isHeld: true }],
])('a read model that %s is well', (_what, change) => {
  expect(problems(change)).toEqual([]);
});

test.each<[string, Partial<Model>]>([
  ['has stopped', { state: 'STOPPED' }],
  ['believes that it is behind', { state: 'CATCHING_UP' }],
  ['is behind', { position: '30' }],
  ['has read nothing', { position: null }],
  ['shows an error', { error: 'no such table' }],
  ['starts over', { isStartingOver: true }],
])('a read model that %s is not', (_what, change) => {
  expect(problems(change)).toHaveLength(1);
});
