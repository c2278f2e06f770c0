// Which commands a stream has carried out, however many: four bytes for each event, and the newest
// ones whole. What the bytes only suspect, the log is asked about, for it holds every command's id.
import { hash } from 'node:crypto';
import type { EventMetadata } from '../event-store/stored-event.js';

/** What a command left behind. */
export interface ProcessedCommand {
  /** Of its last event. */
  readonly revision: number;
  readonly hash: string | undefined;
}

type CommandMetadata = Pick<EventMetadata, 'commandId' | 'commandHash'>;

/** How many commands are remembered whole: those that are most likely to be sent again. */
const RECENT = 64;
/** An estimate, in bytes, of what one of those takes. */
const RECENT_BYTES = 250;
const MARK_BYTES = 4;
const NO_COMMAND = 0;

export class ProcessedCommands {
  private readonly recent = new Map<string, ProcessedCommand>();
  private marks: Uint32Array;
  /** How many events it knows of: revisions from 0. */
  private length: number;

  /** @param older the marks of the events up to a snapshot, by revision */
  constructor(older: Uint32Array = new Uint32Array()) {
    this.marks = older;
    this.length = older.length;
  }

  /** An estimate of what it takes. */
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

  /** What is remembered whole; that nothing is says nothing. */
  remembered(commandId: string): ProcessedCommand | undefined {
    return this.recent.get(commandId);
  }

  /**
   * Revisions whose events may be this command's, the last first; where there are none, it was not
   * carried out.
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

/** 32 bits of the SHA-256 of a command's id; 0 for an event of no command. Stored format. */
export function markOf(commandId: string | undefined): number {
  if (commandId === undefined) return NO_COMMAND;
  const mark = hash('sha256', commandId, 'buffer').readUInt32LE();
  return mark === NO_COMMAND ? 1 : mark;
}
