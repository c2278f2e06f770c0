// The calls of persistent subscriptions: each gRPC method from request to response.
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type { IPersistentSubscriptionsServer } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { unexpected } from '../wire/statuses.js';
import { allAsStream, doesNotExist, failed, refused, statusOf } from './statuses.js';
import type { Access } from './ports.js';
import { PersistentReadCall } from './read-call.js';
import type { Registry } from './registry.js';
import { groupRequest, sourceOf, streamName, type GroupRequest } from './requests.js';
import { infoOf } from './responses.js';
import { allStream, subscriptionId, type GroupDefinition } from './settings.js';
import type { PersistentSubscription } from './subscription.js';

type Unary<Request, Response> = ServerUnaryCall<Request, Response>;
type ListOptions = InstanceType<typeof persistent.ListReq.Options>;
type Names = { source: string; group: string };
type Action = 'Create' | 'Update';

export class PersistentSubscriptionCalls {
  readonly #registry: Registry;
  readonly #access: Access;

  constructor(registry: Registry, access: Access) {
    this.#registry = registry;
    this.#access = access;
  }

  /** Answers a call with the result of `work`, or with the status that it throws. */
  #answer<Response>(work: () => Promise<Response>, callback: sendUnaryData<Response>): void {
    work().then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error, (fault) => this.#registry.reportFault(fault))),
    );
  }

  handlers(): IPersistentSubscriptionsServer {
    return {
      create: (call, callback) => this.#answer(() => this.#create(call), callback),
      update: (call, callback) => this.#answer(() => this.#update(call), callback),
      delete: (call, callback) => this.#answer(() => this.#delete(call), callback),
      getInfo: (call, callback) => this.#answer(() => this.#info(call), callback),
      list: (call, callback) => this.#answer(() => this.#list(call), callback),
      replayParked: (call, callback) => this.#answer(() => this.#replay(call), callback),
      restartSubsystem: (call, callback) => this.#answer(() => this.#restart(call), callback),
      read: (call) => new PersistentReadCall(call, this.#registry, this.#access).start(),
    };
  }

  /** The requested group; throws the status of an invalid request. */
  #checked(request: GroupRequest, action: Action): GroupDefinition {
    const { definition, unknownStrategy, isAllAsStream } = request;
    if (isAllAsStream) throw allAsStream(action);
    if (unknownStrategy !== undefined) {
      throw failed(definition, `Consumer strategy ${unknownStrategy} does not exist.`);
    }
    return definition;
  }

  async #create(call: Unary<InstanceType<typeof persistent.CreateReq>, unknown>) {
    this.#access.requireOperator(call.metadata);
    const definition = this.#checked(groupRequest(call.request.getOptions()), 'Create');
    const refusal = await this.#registry.create(definition);
    if (refusal) throw refused(refusal, definition);
    return new persistent.CreateResp();
  }

  async #update(call: Unary<InstanceType<typeof persistent.UpdateReq>, unknown>) {
    this.#access.requireOperator(call.metadata);
    const definition = this.#checked(groupRequest(call.request.getOptions()), 'Update');
    const refusal = await this.#registry.update(definition);
    if (refusal) throw refused(refusal, definition);
    return new persistent.UpdateResp();
  }

  async #delete(call: Unary<InstanceType<typeof persistent.DeleteReq>, unknown>) {
    this.#access.requireOperator(call.metadata);
    const options = call.request.getOptions();
    const names = namesOf(options);
    if (names.source === allStream && !options?.hasAll()) throw allAsStream('Delete');
    const refusal = await this.#registry.delete(subscriptionId(names));
    if (refusal) throw refused(refusal, names);
    return new persistent.DeleteResp();
  }

  #existing(names: Names): PersistentSubscription {
    const subscription = this.#registry.get(subscriptionId(names));
    if (!subscription) throw doesNotExist(names);
    return subscription;
  }

  async #info(call: Unary<InstanceType<typeof persistent.GetInfoReq>, unknown>) {
    this.#access.requireUser(call.metadata);
    const subscription = this.#existing(namesOf(call.request.getOptions()));
    return Promise.resolve(new persistent.GetInfoResp().setSubscriptionInfo(infoOf(subscription)));
  }

  async #list(call: Unary<InstanceType<typeof persistent.ListReq>, unknown>) {
    this.#access.requireUser(call.metadata);
    const subscriptions = this.#listed(call.request.getOptions());
    const response = new persistent.ListResp();
    response.setSubscriptionsList(subscriptions.map(infoOf));
    return Promise.resolve(response);
  }

  #listed(options: ListOptions | undefined): PersistentSubscription[] {
    if (options?.hasListAllSubscriptions()) return this.#registry.all();
    const asked = options?.getListForStream();
    if (!asked) throw unexpected();
    const source = asked.hasAll() ? allStream : streamName(asked.getStream());
    const found = this.#registry.ofSource(source);
    if (!found) throw doesNotExist({ source, group: '' });
    return found;
  }

  async #replay(call: Unary<InstanceType<typeof persistent.ReplayParkedReq>, unknown>) {
    this.#access.requireOperator(call.metadata);
    const options = call.request.getOptions();
    const names = namesOf(options);
    const stopAt = options?.hasStopAt() ? BigInt(options.getStopAt()) : undefined;
    if (stopAt !== undefined && stopAt < 0n) {
      throw failed(names, 'Cannot stop replaying parked message at a negative version.');
    }
    this.#existing(names).replayParked(stopAt);
    return Promise.resolve(new persistent.ReplayParkedResp());
  }

  async #restart(call: Unary<unknown, unknown>) {
    this.#access.requireOperator(call.metadata);
    await this.#registry.restart();
    return new shared.Empty();
  }
}

type SourceOptions = Parameters<typeof sourceOf>[0];

function namesOf(options: (SourceOptions & { getGroupName(): string }) | undefined): Names {
  if (!options) throw unexpected();
  return { source: sourceOf(options), group: options.getGroupName() };
}
