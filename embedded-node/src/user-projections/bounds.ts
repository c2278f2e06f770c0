// What the projections of a node's users may take together: how many there are, and their memory.
// The real server has no such bounds.
import { SandboxError } from '../sandbox/protocol.js';
import { ProjectionFault } from './run-errors.js';

export interface ProjectionBounds {
  readonly maxProjections: number;
  readonly projectionMemoryMb: number;
}

export const DEFAULT_BOUNDS: ProjectionBounds = { maxProjections: 100, projectionMemoryMb: 2_048 };

const MEBIBYTE = 1024 * 1024;
/** A character of a text in memory has one byte or two. */
export const BYTES_A_CHARACTER = 2;

/**
 * Counts the memory of engines and states. An engine counts with all that it has reserved: it
 * never gives back what it once needed.
 */
export class ProjectionMemory {
  private readonly taken = new Map<object, number>();
  private total = 0;

  constructor(private readonly mostMb: number) {}

  /**
   * Makes room for the engine of a projection that starts.
   *
   * @throws SandboxError if there is none
   */
  open(owner: object, bytes: number): void {
    this.change(owner, bytes);
    if (this.total <= this.mostMb * MEBIBYTE) return;
    this.close(owner);
    throw new SandboxError({ kind: 'memory', message: this.refusal() });
  }

  /**
   * Notes what a projection takes now. Only one that has grown can be too much.
   *
   * @throws ProjectionFault
   */
  note(owner: object, bytes: number): void {
    const before = this.taken.get(owner) ?? 0;
    this.change(owner, bytes);
    if (bytes > before && this.total > this.mostMb * MEBIBYTE) {
      throw new ProjectionFault(this.refusal());
    }
  }

  /** What stays in memory of a projection that has stopped, to be shown; it is never refused. */
  keep(owner: object, bytes: number): void {
    this.change(owner, bytes);
  }

  close(owner: object): void {
    this.change(owner, 0);
    this.taken.delete(owner);
  }

  private change(owner: object, bytes: number): void {
    this.total += bytes - (this.taken.get(owner) ?? 0);
    this.taken.set(owner, bytes);
  }

  private refusal(): string {
    const most = `${this.mostMb} MiB of memory`;
    return `The projections of this node may take ${most} together, and this one does not fit in`;
  }
}

/** @throws RangeError for a bound that is no whole number from 1 on */
export function demandBounds({ maxProjections, projectionMemoryMb }: ProjectionBounds): void {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (!isCount(maxProjections)) {
    throw new RangeError(`${maxProjections} is no number of projections`);
  }
  if (!isCount(projectionMemoryMb)) {
    throw new RangeError(`${projectionMemoryMb} is no number of mebibytes for projections`);
  }
}
