// Bounds what is begun. Without a bound, a service that is asked for a third more than it can do
// soon answers nobody: everything begins, nothing ends before its deadline, and what fails costs
// more than what succeeds, because its stream has to be read again. @fastify/under-pressure
// refuses by the delay of the event loop, which stays short while thousands of commands are under
// way.
import { systemTime, type Time } from '../waiting/time.js';
import { type Caller, WaitingRoom } from './waiting-room.js';

export interface AdmissionLimits {
  /** Operations that begin in one turn of the event loop. */
  readonly perTurn: number;
  /**
   * After a turn that took longer, fewer begin in the next. A command takes about ten turns, so
   * those under way end in time only if turns stay short.
   */
  readonly turnMs: number;
  /** Commands under way. */
  readonly commands: number;
  /**
   * How long an operation waits for a turn, and a command then for others to end. A rush of two
   * thousand of them passes in this time.
   */
  readonly patienceMs: number;
}

export const admissionLimits: AdmissionLimits = {
  perTurn: 32,
  turnMs: 25,
  commands: 256,
  patienceMs: 2_000,
};

export class Admission {
  private begunInTurn = 0;
  private isWatching = false;
  /** How many may begin in this turn. */
  private places: number;
  private commands = 0;
  private readonly operationsWaiting: WaitingRoom;
  private readonly commandsWaiting: WaitingRoom;

  /** @param onRefused called for each refusal that its caller hears of */
  constructor(
    onRefused: () => void,
    private readonly limits: AdmissionLimits = admissionLimits,
    private readonly time: Pick<Time, 'background' | 'monotonicMs' | 'soon'> = systemTime,
  ) {
    this.places = limits.perTurn;
    this.operationsWaiting = new WaitingRoom(limits.patienceMs, onRefused, time);
    this.commandsWaiting = new WaitingRoom(limits.patienceMs, onRefused, time);
  }

  /**
   * Undefined when an operation may begin now; otherwise resolves when it may.
   *
   * @param patienceMs Infinity for what is not refused: a subscription would end for good
   * @throws ApiError SERVICE_UNAVAILABLE when its turn does not come in time
   */
  turn(caller: Caller, patienceMs?: number): Promise<void> | undefined {
    this.watchTurn();
    if (this.operationsWaiting.isEmpty && this.begunInTurn < this.places) {
      this.begunInTurn += 1;
      return undefined;
    }
    return this.operationsWaiting.turn(caller, patienceMs);
  }

  /**
   * The outcome of an operation with commands, which begins at once or when others have ended.
   *
   * @throws ApiError SERVICE_UNAVAILABLE when it cannot begin in time
   */
  async command<Result>(caller: Caller, execute: () => Result | Promise<Result>): Promise<Result> {
    if (this.commands < this.limits.commands) this.commands += 1;
    else await this.commandsWaiting.turn(caller);
    try {
      return await execute();
    } finally {
      // The place goes to the next, before another one can come.
      if (!this.commandsWaiting.beginNext()) this.commands -= 1;
    }
  }

  /** Ends each turn in which an operation began or waits. */
  private watchTurn(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    const sinceMs = this.time.monotonicMs();
    this.time.soon(() => {
      this.isWatching = false;
      this.places = this.placesAfter(this.time.monotonicMs() - sinceMs);
      this.begunInTurn = 0;
      while (this.begunInTurn < this.places && this.operationsWaiting.beginNext()) {
        this.begunInTurn += 1;
      }
      if (this.begunInTurn > 0) this.watchTurn();
    });
  }

  private placesAfter(tookMs: number): number {
    const { perTurn, turnMs } = this.limits;
    if (tookMs <= turnMs) return Math.min(perTurn, 2 * this.places);
    return Math.max(1, Math.floor((this.begunInTurn * turnMs) / tookMs));
  }
}
