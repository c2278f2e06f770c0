// The class of each request that a node reads by google-protobuf, by the path of its method.
import type { MessageClass } from '../../src/wire/bounded-reader.js';
import { officialServices } from './official-services.js';

export const requestClasses = officialServices.flatMap((service) =>
  Object.values(
    service as unknown as Record<string, { path: string; requestType: MessageClass }>,
  ).map(({ path, requestType }) => [path, requestType] as const),
);
