// The gRPC service of users. As in the real server's policy, admins manage users, and every
// signed-in user may read them and change a password with the old one.
import type { Metadata, sendUnaryData, ServerWritableStream } from '@grpc/grpc-js';
import type { IUsersServer } from '@eventstore/db-client/generated/users_grpc_pb.js';
import messages from '@eventstore/db-client/generated/users_pb.js';
import { statusOfWrite, unexpected } from '../wire/statuses.js';
import { AccessDenied } from './stream-access.js';
import type { Callers } from './callers.js';
import { isAdmin } from './principal.js';
import { loginConflict, loginNotFound } from './users-statuses.js';
import type { UserRefusal, User, Users } from './users.js';

type DetailsCall = ServerWritableStream<
  InstanceType<typeof messages.DetailsReq>,
  InstanceType<typeof messages.DetailsResp>
>;

/** The used parts of a call with one response. */
interface UsersCall<Options> {
  readonly metadata: Metadata;
  readonly request: { getOptions(): Options | undefined };
}

interface OfUser {
  getLoginName(): string;
}

const TICKS_PER_MS = 10_000n;

export class UsersCalls {
  constructor(
    private readonly users: Users,
    private readonly callers: Pick<Callers, 'of'>,
  ) {}

  handlers(): IUsersServer {
    const { users } = this;
    return {
      create: this.byAdmin(
        (user) =>
          users.create({
            loginName: user.getLoginName(),
            fullName: user.getFullName(),
            groups: user.getGroupsList(),
            password: user.getPassword(),
          }),
        () => new messages.CreateResp(),
      ),
      update: this.byAdmin(
        (user) => users.update(user.getLoginName(), user.getFullName(), user.getGroupsList()),
        () => new messages.UpdateResp(),
      ),
      delete: this.byAdmin(
        (user) => users.delete(user.getLoginName()),
        () => new messages.DeleteResp(),
      ),
      enable: this.byAdmin(
        (user) => users.setDisabled(user.getLoginName(), false),
        () => new messages.EnableResp(),
      ),
      disable: this.byAdmin(
        (user) => users.setDisabled(user.getLoginName(), true),
        () => new messages.DisableResp(),
      ),
      resetPassword: this.byAdmin(
        (user) => users.setPassword(user.getLoginName(), user.getNewPassword()),
        () => new messages.ResetPasswordResp(),
      ),
      changePassword: this.byUser(
        (user) =>
          users.setPassword(user.getLoginName(), user.getNewPassword(), user.getCurrentPassword()),
        () => new messages.ChangePasswordResp(),
      ),
      details: (call) => this.details(call),
    };
  }

  private byAdmin<Options extends OfUser, Response>(
    work: (options: Options) => Promise<UserRefusal | undefined>,
    done: () => Response,
  ) {
    return (call: UsersCall<Options>, answer: sendUnaryData<Response>) => {
      const principal = this.callers.of(call.metadata);
      if (principal === undefined || !isAdmin(principal)) answer(new AccessDenied());
      else answerTo(call, work, done, answer);
    };
  }

  private byUser<Options extends OfUser, Response>(
    work: (options: Options) => Promise<UserRefusal | undefined>,
    done: () => Response,
  ) {
    return (call: UsersCall<Options>, answer: sendUnaryData<Response>) => {
      if (this.callers.of(call.metadata) === undefined) answer(new AccessDenied());
      else answerTo(call, work, done, answer);
    };
  }

  /** One user, or all users when no name is given. */
  private details(call: DetailsCall): void {
    if (this.callers.of(call.metadata) === undefined) {
      call.emit('error', new AccessDenied());
      return;
    }
    const login = call.request.getOptions()?.getLoginName().trim() ?? '';
    const user = this.users.find(login);
    if (login !== '' && user === undefined) {
      call.emit('error', loginNotFound(login));
      return;
    }
    const found = user === undefined ? this.users.all() : [user];
    if (found === undefined) {
      call.emit('error', loginNotFound(login));
      return;
    }
    for (const one of found) call.write(detailsOf(one));
    call.end();
  }
}

function answerTo<Options extends OfUser, Response>(
  call: UsersCall<Options>,
  work: (options: Options) => Promise<UserRefusal | undefined>,
  done: () => Response,
  answer: sendUnaryData<Response>,
): void {
  const options = call.request.getOptions();
  const login = options?.getLoginName() ?? '';
  if (options === undefined || login === '') {
    answer(unexpected());
    return;
  }
  work(options).then(
    (refusal) => {
      if (refusal === undefined) answer(null, done());
      else if (refusal === 'not found') answer(loginNotFound(login));
      else if (refusal === 'conflict') answer(loginConflict(login));
      else answer(new AccessDenied());
    },
    (error: unknown) => answer(statusOfWrite(error)),
  );
}

function detailsOf({ loginName, fullName, groups, disabled, updatedMs }: User) {
  const updated = new messages.DetailsResp.UserDetails.DateTime();
  updated.setTicksSinceEpoch(String(BigInt(updatedMs) * TICKS_PER_MS));
  const details = new messages.DetailsResp.UserDetails();
  details.setLoginName(loginName);
  details.setFullName(fullName);
  details.setGroupsList([...groups]);
  details.setDisabled(disabled);
  details.setLastUpdated(updated);
  return new messages.DetailsResp().setUserDetails(details);
}
