// Queries that are up to no good: each is stopped within its CPU time and its memory, and none
// finds a way out of its engine.
import { expect, test } from '@jest/globals';
import { happened, outcomeOf, statesAfter } from './given.js';

const handling = (code: string) => `fromAll().when({ $any(s, e) { ${code} } })`;

test.each<[code: string, kind: string]>([
  [`for (;;);`, 'time'],
  [`/(a+)+$/.test('a'.repeat(40) + 'b')`, 'time'],
  [`[1, 2].sort(() => { for (;;); })`, 'time'],
  [`s.toJSON = () => { for (;;); }`, 'time'],
  [`try { for (;;); } catch { for (;;); } finally { for (;;); }`, 'time'],
  [`const all = []; for (;;) all.push('x'.repeat(1e6) + all.length)`, 'memory'],
  [`'x'.repeat(2 ** 29)`, 'memory'],
  [`new Uint8Array(2 ** 30)`, 'memory'],
  [`for (;;) emit('out', 'Seen', {})`, 'threw'],
  [`const deeper = () => deeper(); deeper()`, 'threw'],
  [`s.self = s`, 'threw'],
])('%s is stopped', async (code, kind) => {
  await expect(outcomeOf(handling(code), [happened({})])).rejects.toMatchObject({ kind });
});

test('a query that does not end is stopped before it has declared anything', async () => {
  await expect(outcomeOf('for (;;);', [])).rejects.toMatchObject({
    kind: 'time',
    message: expect.stringMatching(
      /^Projection script took too long to compile \(took: 00:00:00\.5\d+, allowed: 00:00:00\.5000000$/,
    ),
  });
});

test('an engine that gives up takes nothing with it', async () => {
  const deep = handling(`JSON.parse('['.repeat(1e6))`);
  await expect(outcomeOf(deep, [happened({})])).rejects.toMatchObject({ name: 'SandboxError' });
  expect(await statesAfter(handling('s.n = 1'), [happened({})])).toEqual({ '': { n: 1 } });
});

test('there is nothing of the machine', async () => {
  const names = ['process', 'require', 'module', 'fetch', 'setTimeout', 'WebAssembly', 'std', 'os'];
  const query = handling(`return ${JSON.stringify(names)}.filter((n) => n in globalThis)`);
  expect(await statesAfter(query, [happened({})])).toEqual({ '': [] });
});

test.each([
  `eval('1')`,
  `Function('return this')()`,
  `(() => {}).constructor('return this')()`,
  `(async () => {}).constructor('return this')()`,
  `(function* () {}).constructor('return this')()`,
])('a text does not become code: %s', async (code) => {
  await expect(outcomeOf(handling(code), [happened({})])).rejects.toMatchObject({
    message: 'String compilation has been disabled in engine options',
  });
});

test.each([
  `e.constructor.constructor('return process')()`,
  `s.__proto__.constructor.constructor('return this')()`,
  `emit.constructor('return process')()`,
  `Reflect.construct(Object.getPrototypeOf(async () => {}).constructor, ['return this'])`,
  `new (emit.constructor)('return process')()`,
  `new Function('return process')()`,
])('no constructor leads out: %s', async (code) => {
  await expect(outcomeOf(handling(code), [happened({})])).rejects.toMatchObject({
    message: 'String compilation has been disabled in engine options',
  });
});

test.each([
  `Object.prototype.polluted = true; Array.prototype.polluted = true;`,
  `({}).__proto__.polluted = true; [].__proto__.polluted = true;`,
  `Object.setPrototypeOf(Array.prototype, { polluted: true }); Object.prototype.polluted = true;`,
  `Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'polluted' });`,
  `globalThis.emit = undefined; JSON.parse = () => 'polluted'; Map.prototype.get = () => 1;`,
])('what a query does to prototypes stays in its sandbox: %s', async (code) => {
  await outcomeOf(`${code} fromAll().when({ $any() {} })`, []).catch((error: unknown) => {
    expect(error).toMatchObject({ name: expect.stringMatching(/^(SandboxError|SyntaxError)$/) });
  });
  expect('polluted' in {} || 'polluted' in []).toBe(false);
  expect(JSON.stringify({ a: 1 })).toBe('{"a":1}');
  const query = handling(`s.seen = ['polluted' in {}, 'polluted' in [], typeof emit]`);
  expect(await statesAfter(query, [happened({})])).toEqual({
    '': { seen: [false, false, 'function'] },
  });
});

test('what a function is, can still be told', async () => {
  const query = handling(`s.is = [emit instanceof Function, {} instanceof Function]`);
  expect(await statesAfter(query, [happened({})])).toEqual({ '': { is: [true, false] } });
});

test('importing a module leads nowhere', async () => {
  const query = handling(`import('node:fs').then((fs) => { s.fs = true; }); s.n = 1;`);
  expect(await statesAfter(query, [happened({})])).toEqual({ '': { n: 1 } });
});
