// One relay at a time: the lock that it holds while it writes. The brokers' transactions shut out a
// relay that lost the lock without noticing.

export interface RelayLock {
  /**
   * Resolves when this process holds the lock, with a signal that aborts when it loses it.
   *
   * @throws the signal's reason when it is aborted first
   */
  hold(signal: AbortSignal): Promise<AbortSignal>;
  close(): Promise<void>;
}
