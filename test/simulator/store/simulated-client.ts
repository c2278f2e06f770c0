// A client of one node of the simulated store. It connects at its first call, and again at the first
// one after its connection broke, as the official client does.
import { convertToCommandError } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ReadReqMessage, readReqCodec } from 'embedded-eventstoredb/wire';
import type { Appended } from '../../../src/event-store/batch-answer.js';
import type {
  BatchCall,
  CallOptions,
  ReadCall,
  StoreClient,
} from '../../../src/event-store/store-access.js';
import { BatchServing, type Served } from './batch-serving.js';
import { cancelledByClient, connectionLost, connectionRefused } from './call-errors.js';
import { type ClientCall, SimulatedBatchCall, SimulatedReadCall } from './client-calls.js';
import { ReadServing } from './read-serving.js';
import type { Steps } from './steps.js';
import { Wire, type WireOptions } from './wire.js';

export interface ClientOptions extends WireOptions {
  readonly served: Omit<Served, 'requiresLeader'>;
}

export class SimulatedClient implements StoreClient {
  private wire: Wire | undefined;
  private connecting: Promise<Wire> | undefined;
  private readonly calls = new Set<ClientCall>();
  private isDisconnected = false;
  private giveUpConnecting: () => void = () => undefined;
  private readonly steps: Steps;

  constructor(private readonly options: ClientOptions) {
    this.steps = options.client;
  }

  async batchCall(asked: CallOptions): Promise<BatchCall> {
    const wire = await this.connected();
    const serving: BatchServing = new BatchServing(
      { ...this.options.served, ...asked },
      {
        answer: (message) => wire.toClient(() => call.receive(message)),
        fail: (error) => wire.toClient(() => call.fail(error)),
      },
    );
    const stop = () => serving.stop();
    const call = new SimulatedBatchCall(wire, this.steps, stop, (message) => {
      wire.toNode(() => serving.receive(message));
      this.cutAtTimes(wire);
    });
    wire.onEndAtNode(stop);
    wire.toNode(() => serving.open());
    return this.kept(call);
  }

  async readCall<Answer>(
    request: ReadReqMessage,
    decode: (answer: Uint8Array) => Answer,
    asked: CallOptions,
  ): Promise<ReadCall<Answer>> {
    const wire = await this.connected();
    const serving: ReadServing = new ReadServing(
      { ...this.options.served, ...asked },
      {
        answer: (messages, taken) => {
          wire.toClient(() => call.receive(messages, taken));
          this.cutAtTimes(wire);
        },
        end: () => wire.toClient(() => call.end()),
        fail: (error) => wire.toClient(() => call.fail(error)),
      },
    );
    const stop = () => serving.stop();
    const call = new SimulatedReadCall(wire, this.steps, stop, decode);
    wire.onEndAtNode(stop);
    const bytes = readReqCodec.encode(request);
    wire.toNode(() => serving.serve(streams.ReadReq.deserializeBinary(bytes)));
    return this.kept(call);
  }

  appendAlone(): Promise<Appended> {
    return Promise.reject(new Error('Simulated nodes take appends in batches'));
  }

  disconnect(): Promise<void> {
    this.isDisconnected = true;
    this.wire?.end();
    this.steps.after(0, 'disconnected', () => {
      this.giveUpConnecting();
      for (const call of [...this.calls]) call.fail(cancelledByClient());
    });
    return Promise.resolve();
  }

  private kept<Call extends ClientCall>(call: Call): Call {
    this.calls.add(call);
    call.on('close', () => this.calls.delete(call));
    return call;
  }

  private connected(): Promise<Wire> {
    if (this.isDisconnected) return Promise.reject(convertToCommandError(cancelledByClient()));
    if (this.wire?.isBroken !== false) this.connecting = undefined;
    this.connecting ??= this.connect();
    return this.connecting;
  }

  /** What a server says of itself is asked first: a frozen one does not answer that either. */
  private connect(): Promise<Wire> {
    const { node, latency } = this.options;
    return new Promise((resolve, reject) => {
      this.giveUpConnecting = () => reject(convertToCommandError(cancelledByClient()));
      if (node.state === 'away') {
        const refuse = () => reject(convertToCommandError(connectionRefused()));
        this.steps.after(latency.mostMs, 'connection refused', refuse);
        return;
      }
      const wire = new Wire(this.options);
      this.wire = wire;
      const stopListening = wire.onBreakAtClient(() => {
        reject(convertToCommandError(connectionLost()));
      });
      wire.toNode(() =>
        wire.toClient(() => {
          stopListening();
          resolve(wire);
        }),
      );
    });
  }

  private cutAtTimes(wire: Wire): void {
    const { served, store, latency } = this.options;
    const { faults } = served;
    if (!faults.strikes('connectionCut')) return;
    const ms = faults.between('connectionCut', 0, 3 * latency.mostMs);
    store.after(ms, 'connection cut', () => {
      if (wire.isBroken) return;
      faults.count('connectionCut');
      wire.break();
    });
  }
}
