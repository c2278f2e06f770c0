// The checksums of the names that a log had when it was opened with kept ends. The index of names
// was not read then, so an answer that a stream is absent counts only where these agree.

/** A set of 32-bit numbers in one array: a million of them take a few milliseconds. */
export class KnownNames {
  private readonly slots: Uint32Array;
  private readonly mask: number;

  /** @param names checksums; 0 counts as none */
  constructor(names: Uint32Array) {
    const size = 2 ** Math.ceil(Math.log2(2 * names.length + 2));
    this.slots = new Uint32Array(size);
    this.mask = size - 1;
    for (const name of names) this.slots[this.slotOf(name)] = name;
  }

  has(name: number): boolean {
    return name === 0 || this.slots[this.slotOf(name)] === name;
  }

  /** Where it is, or the first empty slot for it. */
  private slotOf(name: number): number {
    let slot = Math.imul(name, 0x9e_37_79_b1) & this.mask;
    while (this.slots[slot] !== 0 && this.slots[slot] !== name) slot = (slot + 1) & this.mask;
    return slot;
  }
}
