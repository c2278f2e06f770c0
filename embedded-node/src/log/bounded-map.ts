// A map that holds so much and no more: what was not asked for longest is forgotten, half of it at
// a time. One by one would be dear: the first key of a Map from which many were deleted takes ever
// longer to find, since V8 walks over the places of those that are gone.

export class BoundedMap<Key, Value> {
  private young = new Map<Key, Value>();
  private old = new Map<Key, Value>();

  /** @param most entries; at least half as many, those used last, are always there */
  constructor(private readonly most: number) {}

  get(key: Key): Value | undefined {
    const young = this.young.get(key);
    if (young !== undefined) return young;
    const old = this.old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    this.young.set(key, value);
    if (this.young.size < this.most / 2) return;
    this.old = this.young;
    this.young = new Map();
  }

  clear(): void {
    this.young = new Map();
    this.old = new Map();
  }
}
