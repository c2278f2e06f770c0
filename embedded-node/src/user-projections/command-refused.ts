// A command to a projection that was not carried out.

/** Why not, by the name of the real server's internal answer. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  constructor(readonly received: 'Conflict' | 'NotAuthorized' | 'NotFound' | 'OperationFailed') {
    super(received);
  }
}
