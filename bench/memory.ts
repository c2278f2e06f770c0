// What a service and its no-op hold in memory at the end of a workload.
import type { ServerProcess } from './server-process.js';
import type { Figure } from './workload.js';

export function memoryAfter(service: ServerProcess, noop: ServerProcess): Figure {
  return {
    what: 'memory of the service after this',
    value: `${Math.round(service.residentMiB())} MiB`,
    ceiling: `${Math.round(noop.residentMiB())} MiB`,
  };
}
