// BatchAppend: many appends over one call, each with a correlation id and exactly one response, in
// the order in which they become durable.
import type { ServerDuplexStream } from '@grpc/grpc-js';
import { exactly } from './append-call.js';
import { statusMessage, timedOut } from './batch-statuses.js';
import type { Expectation } from './expectation.js';
import { type AppendMemory, IncomingEvents, MemoryFull } from './incoming-events.js';
import { nodeStops, unexpected } from '../wire/statuses.js';
import type { StreamAccess } from '../security/stream-access.js';
import {
  type BatchOptions,
  type BatchRequest,
  batchRefusal,
  batchSuccess,
  type CorrelationId,
} from '../wire/batch-messages.js';
import { type StatusMessage, uuidCodec } from '../wire/codecs.js';
import { UUID_TEXT, uuidOf } from '../wire/uuid.js';
import type { Writer, Written } from './writer.js';

export type BatchCall = ServerDuplexStream<BatchRequest, Uint8Array>;

/** An append that is still being received. */
interface Gathering {
  /** As it came, a UUID message. */
  readonly correlationId: Uint8Array;
  readonly options: BatchOptions;
  readonly expected: Expectation;
  readonly events: IncomingEvents;
  readonly timer: NodeJS.Timeout;
}

/** Maximum time of an unfinished append, regardless of its deadline; the real server's default. */
export const COMMIT_TIMEOUT_MS = 2_000;

export class BatchAppendCall {
  private readonly gathering = new Map<string, Gathering>();
  private unanswered = 0;
  /** Appends that the writer is processing. */
  private underway = 0;
  private hasEnded = false;
  private hasFailed = false;

  constructor(
    private readonly call: BatchCall,
    private readonly writer: Writer,
    private readonly memory: AppendMemory,
    private readonly access: StreamAccess,
    private readonly nowMs: () => number,
    private readonly stopping: AbortSignal,
    private readonly longestMs = COMMIT_TIMEOUT_MS,
  ) {}

  serve(): void {
    this.call.on('data', (request: BatchRequest) => this.receive(request));
    this.call.on('end', () => this.endWhenAnswered());
    const stop = () => this.endWhenStopping();
    this.stopping.addEventListener('abort', stop);
    this.call.on('close', () => {
      this.stopping.removeEventListener('abort', stop);
      this.forgetUnfinished();
    });
  }

  private forgetUnfinished(): void {
    for (const { timer, events } of this.gathering.values()) {
      clearTimeout(timer);
      events.discard();
    }
    this.gathering.clear();
  }

  /** Ends the call after a fault of its caller; further messages are ignored. */
  private fail(error: Error): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.forgetUnfinished();
    this.call.emit('error', error);
  }

  private receive({ correlation, options, events, isFinal }: BatchRequest): void {
    if (this.hasFailed) return;
    const { text: key, bytes: correlationId } = correlation;
    if (!UUID_TEXT.test(key)) {
      this.fail(unexpected());
      return;
    }
    const gathering = this.gathering.get(key) ?? (options && this.begin(correlation, options));
    // Parts of an append without a beginning get no response.
    if (gathering === undefined) return;
    try {
      for (const message of events) gathering.events.add(message);
    } catch (error) {
      if (error instanceof MemoryFull) this.fail(error);
      else this.giveUp(key, { ...gathering, correlationId }, statusMessage(error));
      return;
    }
    if (isFinal) this.finish(key, gathering);
  }

  /** Undefined for an append that is refused at once, even if parts of it follow. */
  private begin(
    { text: key, bytes: correlationId }: CorrelationId,
    options: BatchOptions,
  ): Gathering | undefined {
    this.unanswered += 1;
    const { stream } = options;
    try {
      if (stream !== '') this.access.demand('write', stream, this.call.metadata);
      if (stream === '') throw unexpected();
      const timeoutMs = this.timeoutMs(options);
      if (timeoutMs <= 0) {
        this.refuse({ correlationId, options }, timedOut());
        return undefined;
      }
      const expected = expectationOf(options);
      const events = new IncomingEvents(this.memory, (error) => this.fail(error));
      const timer = setTimeout(() => this.timeOutUnlessRead(key), timeoutMs);
      const gathering: Gathering = { correlationId, options, expected, events, timer };
      this.gathering.set(key, gathering);
      const identifierBytes = options.identifier?.length ?? 0;
      events.hold(2 * stream.length + identifierBytes + correlationId.length);
      return gathering;
    } catch (error) {
      if (error instanceof MemoryFull) this.fail(error);
      else this.refuse({ correlationId, options }, statusMessage(error));
      return undefined;
    }
  }

  private timeoutMs({ deadline }: BatchOptions): number {
    if (deadline === undefined) return this.longestMs;
    const askedMs = 'atMs' in deadline ? deadline.atMs - this.nowMs() : deadline.afterMs;
    return Math.min(askedMs, this.longestMs);
  }

  /** Ends an append before it is complete. */
  private giveUp(key: string, gathering: Gathering, reason: StatusMessage): void {
    this.gathering.delete(key);
    clearTimeout(gathering.timer);
    gathering.events.discard();
    this.refuse(gathering, reason);
  }

  private finish(key: string, gathering: Gathering): void {
    this.gathering.delete(key);
    clearTimeout(gathering.timer);
    this.underway += 1;
    this.carryOut(gathering)
      .then(
        (written) => this.respond(gathering, written),
        (error: unknown) => this.refuse(gathering, statusMessage(error)),
      )
      .finally(() => {
        this.underway -= 1;
        this.endWhenStopping();
      });
  }

  /** Complete appends are answered first; the sender must repeat the incomplete ones. */
  private endWhenStopping(): void {
    if (!this.stopping.aborted || this.underway > 0 || this.hasEnded) return;
    this.hasEnded = true;
    this.call.emit('error', nodeStops());
  }

  private carryOut({ options, expected, events }: Gathering): Promise<Written> {
    return this.writer.append(options.stream, events.take(), expected);
  }

  /** A part that a busy node has not read yet may complete the append in time. */
  private timeOutUnlessRead(key: string): void {
    setImmediate(() => {
      const gathering = this.gathering.get(key);
      if (gathering === undefined) return;
      // This response always has the id as two numbers, regardless of the form in the request.
      const correlationId = uuidCodec.encode(uuidOf(key, true));
      this.giveUp(key, { ...gathering, correlationId }, timedOut());
    });
  }

  private respond({ correlationId, options }: Gathering, written: Written): void {
    this.answer(() => batchSuccess(correlationId, options.identifier, written));
  }

  private refuse(
    { correlationId, options }: Pick<Gathering, 'correlationId' | 'options'>,
    reason: StatusMessage,
  ): void {
    this.answer(() => batchRefusal(correlationId, options.identifier, reason));
  }

  /**
   * The client requires the stream's identifier, so every response repeats the one that was sent; a
   * request without a stream gets none.
   */
  private answer(message: () => Uint8Array): void {
    this.unanswered -= 1;
    if (this.call.cancelled) return;
    if (!this.call.write(message())) this.waitForReader();
    if (this.hasEnded) this.endWhenAnswered();
  }

  /** Stops reading from a caller that does not read responses; they would accumulate here. */
  private waitForReader(): void {
    // What was asked before still gets its answers meanwhile.
    if (this.call.isPaused()) return;
    this.call.pause();
    this.call.once('drain', () => this.call.resume());
  }

  /** A caller that has finished sending gets all responses before the call ends. */
  private endWhenAnswered(): void {
    this.hasEnded = true;
    if (this.unanswered === 0) this.call.end();
  }
}

function expectationOf({ expectation }: BatchOptions): Expectation {
  if (expectation === undefined) throw unexpected();
  return typeof expectation === 'string' ? expectation : exactly(expectation.revision);
}
