// Code of a page that could not be loaded: the network is away, or the service has another build.

const failures = new WeakSet<object>();

/** Called once, before any page is loaded. */
export function noteMissingCode(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => failures.add(payload));
}

export const isMissingCode = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && failures.has(error);

const longReloadMs = 60_000;

/** A reload that was in vain is not repeated at once. */
export function isJustReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const isReload =
    navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
  return isReload && performance.now() < longReloadMs;
}
