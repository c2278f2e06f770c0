// The processed commands of a stream, in bounded memory: a 4-byte mark for each event, and the
// newest commands in full. A mark that matches is only a candidate; the log confirms it.
import { hash } from 'node:crypto';
import type { EventMetadata } from '../event-store/stored-event.js';

/** The result of a processed command. */
export interface ProcessedCommand {
  /** Revision of its last event. */
  readonly revision: number;
  readonly hash: string | undefined;
}

type CommandMetadata = Pick<EventMetadata, 'commandId' | 'commandHash'>;

/** Number of commands kept in full: a client is most likely to repeat the newest. */
const RECENT = 64;
/** Estimated memory of one such command, in bytes. */
const RECENT_BYTES = 250;
const MARK_BYTES = 4;
const NO_COMMAND = 0;

export class ProcessedCommands {
  private readonly recent = new Map<string, ProcessedCommand>();
  private marks: Uint32Array;
  /** Number of events covered: revisions 0 to length − 1. */
  private length: number;

  /** @param older marks of the events up to a snapshot, indexed by revision */
  constructor(older: Uint32Array = new Uint32Array()) {
    this.marks = older;
    this.length = older.length;
  }

  /** Estimated memory, in bytes. */
  get bytes(): number {
    return this.length * MARK_BYTES + this.recent.size * RECENT_BYTES;
  }

  note(revision: number, { commandId, commandHash }: CommandMetadata): void {
    if (revision >= this.marks.length) this.makeRoomFor(revision);
    this.marks[revision] = markOf(commandId);
    this.length = Math.max(this.length, revision + 1);
    if (commandId === undefined) return;
    this.recent.set(commandId, { revision, hash: commandHash });
    const [oldest] = this.recent.keys();
    if (oldest !== undefined && this.recent.size > RECENT) this.recent.delete(oldest);
  }

  /**
   * The command, if it is among those kept in full. Undefined does not mean that it was not
   * processed.
   */
  remembered(commandId: string): ProcessedCommand | undefined {
    return this.recent.get(commandId);
  }

  /**
   * Revisions whose events may belong to this command, the newest first. If there are none, the
   * command was not processed.
   */
  *suspects(commandId: string): Generator<number, void, undefined> {
    const mark = markOf(commandId);
    for (let revision = this.length; revision > 0;) {
      revision = this.marks.lastIndexOf(mark, revision - 1);
      if (revision < 0) return;
      yield revision;
    }
  }

  private makeRoomFor(revision: number): void {
    const roomier = new Uint32Array(Math.max(RECENT, revision + 1, this.marks.length * 2));
    roomier.set(this.marks);
    this.marks = roomier;
  }
}

/**
 * The first 32 bits of the SHA-256 of a command id; 0 for an event without a command. Stored
 * format.
 */
export function markOf(commandId: string | undefined): number {
  if (commandId === undefined) return NO_COMMAND;
  const mark = hash('sha256', commandId, 'buffer').readUInt32LE();
  return mark === NO_COMMAND ? 1 : mark;
}
