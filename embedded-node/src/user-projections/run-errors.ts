// What ends or repeats the work of a run.

/** The reason why a projection stops for good, in the words that its status shows. */
export class ProjectionFault extends Error {
  override readonly name = 'ProjectionFault';
}

/** A batch that emits what it must not. Nothing of it was written. */
export class RefusedBatch extends Error {
  override readonly name = 'RefusedBatch';
}

/** The projection stops while its log cannot be written. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

/** Why nothing is written to a tombstoned stream, in the real server's words. */
export function isOver(stream: string): string {
  return `Stream : ${stream} is deleted. Cannot emit events to it`;
}
