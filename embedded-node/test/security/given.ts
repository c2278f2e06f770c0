// What the tests of a secure node begin with: a node in memory, clients of its users, and the
// service of users, which the official client has only as generated code.
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import usersGrpc from '@eventstore/db-client/generated/users_grpc_pb.js';
import messages from '@eventstore/db-client/generated/users_pb.js';
import { startNode } from '../../src/server/node.js';
import type { EmbeddedNode, EmbeddedNodeOptions } from '../../src/options.js';
import type { Cleanup } from '../../../test/event-store/nodes.js';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export const admin: Login = { username: 'admin', password: 'changeit' };
export const ops: Login = { username: 'ops', password: 'changeit' };

export async function newFolder(cleanup: Cleanup): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-secure-'));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A secure node, its clients and its users. */
export class SecureNode {
  private constructor(
    readonly node: EmbeddedNode,
    private readonly cleanup: Cleanup,
    private readonly users: InstanceType<typeof usersGrpc.UsersClient>,
  ) {}

  static async start(cleanup: Cleanup, options: EmbeddedNodeOptions = {}): Promise<SecureNode> {
    const node = await startNode({ ...options, insecure: false });
    cleanup.add(() => node.stop());
    const ca = credentials.createSsl(await readFile(node.caFile ?? ''));
    const users = new usersGrpc.UsersClient(`${node.host}:${node.port}`, ca);
    cleanup.add(async () => {
      await Promise.resolve();
      users.close();
    });
    return new SecureNode(node, cleanup, users);
  }

  /** A client of that user; of nobody for null. */
  as(login: Login | null): EventStoreDBClient {
    const { host, port, caFile = '' } = this.node;
    const user = login === null ? '' : `${login.username}:${login.password}@`;
    const client = EventStoreDBClient.connectionString(
      `esdb://${user}${host}:${port}?tls=true&tlsCAFile=${encodeURIComponent(caFile)}`,
    );
    this.cleanup.add(() => client.dispose());
    return client;
  }

  /** A new user, by admin. */
  async newUser({ groups = [] as string[], password = 'secret' } = {}): Promise<Login> {
    const username = `u-${randomUUID()}`;
    await this.createUser({ username, password }, groups);
    return { username, password };
  }

  createUser({ username, password }: Login, groups: string[], by: Login | null = admin) {
    const options = new messages.CreateReq.Options();
    options.setLoginName(username);
    options.setPassword(password);
    options.setFullName(`Name of ${username}`);
    options.setGroupsList(groups);
    const request = new messages.CreateReq().setOptions(options);
    return this.call((answer) => this.users.create(request, headersOf(by), answer));
  }

  updateUser({ username }: Login, fullName: string, groups: string[], by: Login | null = admin) {
    const options = new messages.UpdateReq.Options();
    options.setLoginName(username);
    options.setFullName(fullName);
    options.setGroupsList(groups);
    const request = new messages.UpdateReq().setOptions(options);
    return this.call((answer) => this.users.update(request, headersOf(by), answer));
  }

  deleteUser({ username }: Pick<Login, 'username'>, by: Login | null = admin) {
    const options = new messages.DeleteReq.Options().setLoginName(username);
    const request = new messages.DeleteReq().setOptions(options);
    return this.call((answer) => this.users.delete(request, headersOf(by), answer));
  }

  disableUser({ username }: Login, by: Login | null = admin) {
    const options = new messages.DisableReq.Options().setLoginName(username);
    const request = new messages.DisableReq().setOptions(options);
    return this.call((answer) => this.users.disable(request, headersOf(by), answer));
  }

  enableUser({ username }: Login, by: Login | null = admin) {
    const options = new messages.EnableReq.Options().setLoginName(username);
    const request = new messages.EnableReq().setOptions(options);
    return this.call((answer) => this.users.enable(request, headersOf(by), answer));
  }

  changePassword({ username }: Login, current: string, to: string, by: Login | null) {
    const options = new messages.ChangePasswordReq.Options();
    options.setLoginName(username);
    options.setCurrentPassword(current);
    options.setNewPassword(to);
    const request = new messages.ChangePasswordReq().setOptions(options);
    return this.call((answer) => this.users.changePassword(request, headersOf(by), answer));
  }

  resetPassword({ username }: Login, to: string, by: Login | null = admin) {
    const options = new messages.ResetPasswordReq.Options();
    options.setLoginName(username);
    options.setNewPassword(to);
    const request = new messages.ResetPasswordReq().setOptions(options);
    return this.call((answer) => this.users.resetPassword(request, headersOf(by), answer));
  }

  /** One user, or all of them for ''. */
  async details(username: string, by: Login | null = admin) {
    const options = new messages.DetailsReq.Options().setLoginName(username);
    const request = new messages.DetailsReq().setOptions(options);
    const found = [];
    const answers: AsyncIterable<InstanceType<typeof messages.DetailsResp>> = this.users.details(
      request,
      headersOf(by),
    );
    for await (const answer of answers) {
      const user = answer.getUserDetails();
      found.push({
        login: user?.getLoginName(),
        fullName: user?.getFullName(),
        groups: user?.getGroupsList(),
        isDisabled: user?.getDisabled(),
      });
    }
    return found;
  }

  private call(make: (answer: (error: ServiceError | null) => void) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      make((error) => (error === null ? resolve() : reject(error)));
    });
  }
}

function headersOf(login: Login | null): Metadata {
  const headers = new Metadata();
  if (login !== null) {
    const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    headers.set('authorization', `Basic ${basic}`);
  }
  return headers;
}

export const newStream = (prefix = 'secured') => `${prefix}-${randomUUID()}`;

export const happened = () => jsonEvent({ type: 'Happened', data: {} });

/** How many events a read gives. */
export async function countOf(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const event of events) if (event !== undefined) count += 1;
  return count;
}
