// The webhooks of a shop that has none, for tests of everything else.
import type { ApiServices } from '../../src/graphql/services.js';

const unexpected = () => Promise.reject(new Error('No test expects webhooks here'));

export const unusedWebhooks: ApiServices['webhooks'] = {
  list: () => Promise.resolve([]),
  faultOfUrl: () => undefined,
  register: unexpected,
  change: unexpected,
  pause: unexpected,
  resume: unexpected,
  rotateSecret: unexpected,
  remove: unexpected,
  deliveries: unexpected,
  attemptsOf: unexpected,
  redeliver: unexpected,
};
