// A node in its own thread, as programs embed it, and what tests of projections ask of it.
import { Client, credentials } from '@grpc/grpc-js';
import {
  EventStoreDBClient,
  jsonEvent,
  type ProjectionDetails,
  StreamNotFoundError,
} from '@eventstore/db-client';
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js';
import messages from '@eventstore/db-client/generated/projections_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { type EmbeddedNodeOptions, startEmbeddedNode } from 'embedded-eventstoredb';
import type { Cleanup } from '../../../test/event-store/nodes.js';
import { eventually } from './eventually.js';

interface Message {
  serializeBinary(): Uint8Array;
}

export class Projections {
  private constructor(
    readonly client: EventStoreDBClient,
    private readonly address: string,
  ) {}

  static on(connectionString: string, cleanup: Cleanup): Projections {
    const client = EventStoreDBClient.connectionString(connectionString);
    cleanup.add(() => client.dispose());
    const [, address = ''] = /@?([^@/?]+)\?/.exec(connectionString) ?? [];
    return new Projections(client, address);
  }

  static async start(cleanup: Cleanup, options: EmbeddedNodeOptions = {}): Promise<Projections> {
    const node = await startEmbeddedNode({
      runProjections: true,
      startStandardProjections: true,
      ...options,
    });
    cleanup.add(() => node.stop());
    return Projections.on(node.connectionString, cleanup);
  }

  async append(stream: string, ...numbers: number[]): Promise<void> {
    const events = numbers.map((n) => jsonEvent({ type: 'Happened', data: { n } }));
    await this.client.appendToStream(stream, events);
  }

  status(name: string): Promise<ProjectionDetails> {
    return this.client.getProjectionStatus(name);
  }

  /** Its status, once this is so. */
  until(name: string, isSo: (status: ProjectionDetails) => boolean): Promise<ProjectionDetails> {
    return eventually(() => this.status(name), isSo);
  }

  handled(name: string, count: number): Promise<ProjectionDetails> {
    return this.until(name, ({ eventsProcessedAfterRestart }) => {
      return Number(eventsProcessedAfterRestart) >= count;
    });
  }

  async eventually(isSo: () => Promise<boolean>): Promise<void> {
    await eventually(isSo, (so) => so);
  }

  /** Why it stopped. */
  async fault(name: string): Promise<string> {
    const { stateReason } = await this.until(name, ({ status }) => status.startsWith('Faulted'));
    return stateReason;
  }

  /** Types and data of a stream; empty for an absent one. */
  async read(stream: string): Promise<[type: string, data: unknown][]> {
    const found: [string, unknown][] = [];
    try {
      for await (const { event } of this.client.readStream(stream)) {
        const { type = '', data } = event ?? {};
        found.push([type, data instanceof Uint8Array ? Buffer.from(data).toString() : data]);
      }
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return found;
  }

  /** Creates a query that ends; the official client has no method for it. */
  async createQuery(query: string, name?: string): Promise<void> {
    const options = new messages.CreateReq.Options().setQuery(query);
    if (name === undefined) options.setOneTime(new shared.Empty());
    else options.setTransient(new messages.CreateReq.Options.Transient().setName(name));
    const request = new messages.CreateReq().setOptions(options);
    await this.answers(projectionsGrpc.ProjectionsService.create.path, request);
  }

  /** The projections that ended, or will, at the end of the log. */
  async namesOfOneTime(): Promise<string[]> {
    const options = new messages.StatisticsReq.Options().setOneTime(new shared.Empty());
    const request = new messages.StatisticsReq().setOptions(options);
    const answers = await this.answers(projectionsGrpc.ProjectionsService.statistics.path, request);
    return answers.map((bytes) => {
      return messages.StatisticsResp.deserializeBinary(bytes).getDetails()?.getName() ?? '';
    });
  }

  private async answers(path: string, request: Message): Promise<Buffer[]> {
    const client = new Client(this.address, credentials.createInsecure());
    try {
      const call = client.makeServerStreamRequest(
        path,
        (sent: Message) => Buffer.from(sent.serializeBinary()),
        (bytes: Buffer) => bytes,
        request,
      );
      const answers: Buffer[] = [];
      for await (const answer of call) answers.push(answer as Buffer);
      return answers;
    } finally {
      client.close();
    }
  }
}
