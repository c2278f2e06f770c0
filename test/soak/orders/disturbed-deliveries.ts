// Loaded before a built service, by NODE_OPTIONS=--import: its reactions then get events twice and
// in another order.
import { registerHooks } from 'node:module';

const disturbed = new URL('./disturbed-subscription.ts', import.meta.url).href;
const built = new URL('../../../dist/subscriptions/subscription.js', import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    return resolved.url === built
      ? { ...resolved, url: disturbed, format: 'module-typescript' }
      : resolved;
  },
});
