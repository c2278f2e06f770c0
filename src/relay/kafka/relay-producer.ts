// The library's producer, but for one request: it asks in the version that clients are to use.
import {
  addPartitionsToTxnV3,
  type API,
  type Callback,
  kGetApi,
  Producer,
} from '@platformatic/kafka';

/**
 * The brokers ask each other in later versions, and demand the right ClusterAction for those:
 * AddPartitionsToTxnRequest.json in the sources of Kafka.
 */
const LAST_OF_CLIENTS = addPartitionsToTxnV3.api;

export class RelayProducer extends Producer {
  override [kGetApi]<Asked extends unknown[], Answered>(
    name: string,
    callback: Callback<API<Asked, Answered>>,
  ): void {
    super[kGetApi]<Asked, Answered>(name, (error, api) => {
      const isLater = api !== undefined && api.version > LAST_OF_CLIENTS.version;
      const isOfBrokers = name === 'AddPartitionsToTxn' && isLater;
      callback(error, isOfBrokers ? (LAST_OF_CLIENTS as unknown as API<Asked, Answered>) : api);
    });
  }
}
