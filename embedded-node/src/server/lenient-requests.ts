// Handles bytes that are not a message. The real server's handler fails on them, but grpc-js would
// answer with its own status. So they become an empty request, which every handler refuses with the
// real server's error.
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

const NO_BYTES = Buffer.alloc(0);

/** The same service; requests that cannot be decoded become empty ones. */
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
