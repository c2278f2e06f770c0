// An immutable map that a change does not copy whole: entries by the hash of their key, in a tree
// of small lists. A use of a coupon costs the same after a million of them as after a hundred. It
// is plain JSON, as every folded state. Stored format of snapshots, under the hash of this code.

/** A list of entries, or, where there were too many, sixteen tries by the next bits of the hash. */
export type Trie<Entry> = readonly Entry[] | { readonly branches: readonly Trie<Entry>[] };

const BITS = 4;
const BRANCHES = 2 ** BITS;
const MOST_ENTRIES = 16;
/** After these the hash has no more bits, and a list takes what comes. */
const DEEPEST = 32 / BITS - 1;

/** The operations on tries whose entries have their key in themselves. */
export class Tries<Entry> {
  constructor(private readonly keyOf: (entry: Entry) => string) {}

  get(trie: Trie<Entry>, key: string): Entry | undefined {
    let hash = hashOf(key);
    let at = trie;
    while ('branches' in at) {
      at = at.branches[hash % BRANCHES] ?? [];
      hash >>>= BITS;
    }
    return at.find((entry) => this.keyOf(entry) === key);
  }

  /** With this entry in the place of one with its key. */
  set(trie: Trie<Entry>, entry: Entry): Trie<Entry> {
    const key = this.keyOf(entry);
    return this.changed(trie, hashOf(key), 0, (list) => {
      const index = list.findIndex((one) => this.keyOf(one) === key);
      return index < 0 ? [...list, entry] : list.with(index, entry);
    });
  }

  delete(trie: Trie<Entry>, key: string): Trie<Entry> {
    return this.changed(trie, hashOf(key), 0, (list) =>
      list.filter((one) => this.keyOf(one) !== key),
    );
  }

  private changed(
    trie: Trie<Entry>,
    hash: number,
    depth: number,
    change: (list: readonly Entry[]) => readonly Entry[],
  ): Trie<Entry> {
    if ('branches' in trie) {
      const index = hash % BRANCHES;
      const branch = this.changed(trie.branches[index] ?? [], hash >>> BITS, depth + 1, change);
      return { branches: trie.branches.with(index, branch) };
    }
    const list = change(trie);
    return list.length > MOST_ENTRIES && depth < DEEPEST ? this.split(list, depth) : list;
  }

  private split(list: readonly Entry[], depth: number): Trie<Entry> {
    const branches: Entry[][] = Array.from({ length: BRANCHES }, () => []);
    for (const entry of list) {
      const index = (hashOf(this.keyOf(entry)) >>> (depth * BITS)) % BRANCHES;
      branches[index]?.push(entry);
    }
    return { branches };
  }
}

export function* entriesOf<Entry>(trie: Trie<Entry>): Generator<Entry> {
  if (!('branches' in trie)) yield* trie;
  else for (const branch of trie.branches) yield* entriesOf(branch);
}

/** FNV-1a over UTF-16 code units, mixed once more: its lowest bits are the first that count. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
