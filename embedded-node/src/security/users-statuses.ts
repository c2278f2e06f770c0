// The statuses of the service of users, with the trailers that the real server sends.
import { status } from '@grpc/grpc-js';
import { type StatusError, withTrailers } from '../wire/statuses.js';

export function loginNotFound(login: string): StatusError {
  return ofLogin(status.NOT_FOUND, `User '${login}' is not found.`, 'user-not-found', login);
}

export function loginConflict(login: string): StatusError {
  return ofLogin(status.FAILED_PRECONDITION, 'Conflict.', 'user-conflict', login);
}

function ofLogin(code: status, details: string, exception: string, login: string): StatusError {
  return withTrailers(code, details, { exception, 'login-name': login });
}
