// What every resolver is handed: who asks, and the parts of the service that answer.
import type { ApiServices } from './services.js';
import type { Principal } from './policy.js';

export interface RequestContext {
  readonly principal: Principal;
  readonly services: ApiServices;
}
