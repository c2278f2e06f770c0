// The projection language as the source text that a sandbox evaluates.
import { Definition } from './definition.js';
import { Emitting } from './emitting.js';
import { EventEnvelope } from './event-envelope.js';
import { Execution } from './execution.js';

/**
 * Evaluates to the language's three steps: declare, then the query, then switch to the execution.
 * Texts do not become code, as on the real server.
 */
export const LANGUAGE = `(() => {
'use strict';
${[EventEnvelope, Definition, Emitting, Execution].map(String).join('\n')}
const define = (functions) => {
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
};
const noCode = function () { throw new Error('String compilation has been disabled in engine options'); };
// So that instanceof Function still tells what a function is.
noCode.prototype = Object.getPrototypeOf(noCode);
for (const example of [function () {}, async function () {}, function* () {}, async function* () {}]) {
  Object.defineProperty(Object.getPrototypeOf(example), 'constructor', { value: noCode });
}
define({ eval: noCode, Function: noCode, log: () => undefined });
const definition = new Definition();
const emitting = new Emitting();
const declared = definition.globals();
define(declared);
let execution;
return {
  execute(eachResult) {
    for (const name of Object.keys(declared)) delete globalThis[name];
    define(emitting.globals());
    const { producesResults, definesFold } = definition.sources;
    const each = eachResult === 'query' ? !definesFold : producesResults;
    execution = new Execution(definition, emitting, each);
    return JSON.stringify(definition.sources);
  },
  partitions: (json) => execution.partitions(json),
  process: (json) => execution.process(json),
};
})()`;
