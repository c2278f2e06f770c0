// Loaded before a built service, by NODE_OPTIONS=--import: its reactions then get events twice and
// in another order.
import { registerHooks } from 'node:module';

const built = (file: string) => new URL(`../../../dist/${file}`, import.meta.url).href;

const disturbed: ReadonlyMap<string, URL> = new Map([
  [built('subscriptions/subscription.js'), new URL('./disturbed-subscription.ts', import.meta.url)],
  [
    built('process-managers/shared-reaction.js'),
    new URL('./disturbed-shared-reaction.ts', import.meta.url),
  ],
]);

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const url = disturbed.get(resolved.url);
    return url === undefined
      ? resolved
      : { ...resolved, url: url.href, format: 'module-typescript' };
  },
});
