// The library's types of what it fetches, which it exports under the version of a protocol message.
import type { Consumer } from '@platformatic/kafka';

type Fetched = Awaited<ReturnType<Consumer['fetch']>>;

export type FetchResponsePartition = Fetched['responses'][number]['partitions'][number];
