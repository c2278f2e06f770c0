// Bytes that are no message: the real server's handler fails on them, where grpc-js would answer a
// status of its own. They are handed on as an empty request, which every handler refuses in the
// real server's words.
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

const NO_BYTES = Buffer.alloc(0);

/** The same service, with requests that cannot be decoded taken for empty ones. */
export function lenient<Implementation = UntypedServiceImplementation>(
  service: ServiceDefinition<Implementation>,
): ServiceDefinition<Implementation> {
  const methods = Object.entries<ServiceDefinition[string]>(service as ServiceDefinition).map(
    ([name, method]) => {
      const requestDeserialize = (bytes: Buffer): unknown => {
        try {
          return method.requestDeserialize(bytes);
        } catch {
          return method.requestDeserialize(NO_BYTES);
        }
      };
      return [name, { ...method, requestDeserialize }] as const;
    },
  );
  return Object.fromEntries(methods) as ServiceDefinition<Implementation>;
}
