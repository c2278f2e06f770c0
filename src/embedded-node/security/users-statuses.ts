// The statuses of the service of users, with the trailers that the real server sends.
import { Metadata, status } from '@grpc/grpc-js';
import { StatusError } from '../persistent/errors.js';

export function loginNotFound(login: string): StatusError {
  return ofLogin(status.NOT_FOUND, `User '${login}' is not found.`, 'user-not-found', login);
}

export function loginConflict(login: string): StatusError {
  return ofLogin(status.FAILED_PRECONDITION, 'Conflict.', 'user-conflict', login);
}

/** Trailers carry ASCII only: with other names the real server's answer breaks, as here. */
function ofLogin(code: status, details: string, exception: string, login: string): StatusError {
  if (!/^[\x20-\x7e]*$/.test(login)) {
    return new StatusError(status.UNKNOWN, 'Received HTTP status code 500');
  }
  const trailers = new Metadata();
  trailers.set('exception', exception);
  trailers.set('login-name', login);
  return new StatusError(code, details, trailers);
}
