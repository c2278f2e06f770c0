// Limits the open sockets of each address and of each signed-in principal.

export class SocketCount {
  private readonly open = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /** Takes a place and returns a function that releases it; undefined when all are taken. */
  take(holder: string): (() => void) | undefined {
    const count = this.open.get(holder) ?? 0;
    if (count >= this.limit) return undefined;
    this.open.set(holder, count + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.free(holder);
    };
  }

  isFull(holder: string): boolean {
    return (this.open.get(holder) ?? 0) >= this.limit;
  }

  private free(holder: string): void {
    const left = (this.open.get(holder) ?? 1) - 1;
    if (left === 0) this.open.delete(holder);
    else this.open.set(holder, left);
  }
}
