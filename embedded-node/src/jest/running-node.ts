// Keeps the node of a test run between Jest's `globalSetup` and `globalTeardown`. Jest may load the
// two in different module registries, so the node is stored on `globalThis`.
import type { EmbeddedNode } from '../embedded-node.js';

const KEY = Symbol.for('embedded-eventstoredb.node');
const place = globalThis as { [KEY]?: EmbeddedNode | undefined };

export function keepNode(node: EmbeddedNode): void {
  place[KEY] = node;
}

export function takeNode(): EmbeddedNode | undefined {
  const node = place[KEY];
  place[KEY] = undefined;
  return node;
}
