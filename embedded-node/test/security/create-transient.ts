// Creates a transient projection as a user of a secure node: the official client has no method.
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { readFile } from 'node:fs/promises';
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js';
import messages from '@eventstore/db-client/generated/projections_pb.js';
import type { EmbeddedNode } from '../../src/options.js';
import type { Login } from './given.js';

export async function createTransient(
  { host, port, caFile = '' }: EmbeddedNode,
  { username, password }: Login,
  name: string,
  query: string,
): Promise<void> {
  const mode = new messages.CreateReq.Options.Transient().setName(name);
  const options = new messages.CreateReq.Options().setQuery(query).setTransient(mode);
  const headers = new Metadata();
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  headers.set('authorization', `Basic ${basic}`);
  const client = new Client(`${host}:${port}`, credentials.createSsl(await readFile(caFile)));
  try {
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(
        projectionsGrpc.ProjectionsService.create.path,
        (sent: InstanceType<typeof messages.CreateReq>) => Buffer.from(sent.serializeBinary()),
        (bytes: Buffer) => bytes,
        new messages.CreateReq().setOptions(options),
        headers,
        (error) => (error === null ? resolve() : reject(error)),
      );
    });
  } finally {
    client.close();
  }
}
