// One query in a JavaScript engine of its own: QuickJS, compiled to WebAssembly. The code in it has
// the language's functions and JavaScript's own objects, and no way out: no module, no timer, no
// object of the process. Its memory is bounded, and lies in an ArrayBuffer of its own. It is
// interrupted when its CPU time is up.
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import { LANGUAGE } from './language/source-text.js';
import {
  ENGINE_BYTES,
  LONGEST_REASON,
  SandboxError,
  type SandboxLimits,
  type SourceDefinition,
} from './protocol.js';

interface EngineMemory {
  readonly buffer: ArrayBuffer;
}

/** TypeScript knows it as a part of the browser alone. */
declare const WebAssembly: {
  readonly Memory: new (pages: {
    readonly initial: number;
    readonly maximum: number;
  }) => EngineMemory;
};

const PAGE_BYTES = 64 * 1024;
/** What the engine was built with. */
const INITIAL_PAGES = ENGINE_BYTES / PAGE_BYTES;
const STACK_BYTES = 256 * 1024;

export type SandboxMode = 'continuous' | 'query';

/** Its types are those of a CommonJS module, but it is loaded as an ES module. */
const release = import('@jitl/quickjs-wasmfile-release-sync').then((module) => {
  const loaded: unknown = module.default;
  return loaded as QuickJSSyncVariant;
});

interface Timer {
  startedMs: number;
  limitMs: number;
  isOver: boolean;
}

export class Sandbox {
  private isDead = false;

  private constructor(
    private readonly context: QuickJSContext,
    private readonly language: QuickJSHandle,
    private readonly timer: Timer,
    private readonly memory: EngineMemory,
    private readonly limits: SandboxLimits,
  ) {}

  /**
   * @returns the sandbox, and what its query declares
   * @throws SandboxError for a query that throws, or that takes too long or too much
   */
  static async open(
    query: string,
    mode: SandboxMode,
    limits: SandboxLimits,
  ): Promise<{ sandbox: Sandbox; definition: SourceDefinition }> {
    // The engine counts no memory of its own on WebAssembly, so what it gets is bounded.
    const maximum = limits.memoryBytes / PAGE_BYTES;
    const wasmMemory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
    const engine = await newQuickJSWASMModuleFromVariant(newVariant(await release, { wasmMemory }));
    const runtime = engine.newRuntime({ maxStackSizeBytes: STACK_BYTES });
    const timer: Timer = { startedMs: 0, limitMs: Infinity, isOver: false };
    runtime.setInterruptHandler(() => {
      timer.isOver = cpuMs() - timer.startedMs >= timer.limitMs;
      return timer.isOver;
    });
    const context = runtime.newContext();
    const language = context.unwrapResult(context.evalCode(LANGUAGE, 'language.js'));
    const sandbox = new Sandbox(context, language, timer, wasmMemory, limits);
    const declared = sandbox.limited('compile', () => {
      const evaluated = context.evalCode(query, 'projection.js');
      if (evaluated.error) return evaluated;
      evaluated.value.dispose();
      return sandbox.invoke('execute', mode);
    });
    return { sandbox, definition: JSON.parse(declared) as SourceDefinition };
  }

  /** What its engine has reserved so far. */
  get memoryBytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** @throws SandboxError; the sandbox must not be used after it */
  run(method: 'partitions' | 'process', json: string): string {
    return this.limited('execute', () => this.invoke(method, json));
  }

  close(): void {
    // A broken engine is left to the garbage collector.
    if (this.isDead) return;
    this.isDead = true;
    const { runtime } = this.context;
    this.language.dispose();
    this.context.dispose();
    runtime.dispose();
  }

  private invoke(method: string, json: string) {
    const { context, language } = this;
    const text = context.newString(json);
    const run = context.getProp(language, method);
    const outcome = context.callFunction(run, context.undefined, text);
    run.dispose();
    text.dispose();
    return outcome;
  }

  private limited(what: 'compile' | 'execute', work: () => ReturnType<Sandbox['invoke']>): string {
    const { executionMs, compilationMs } = this.limits;
    this.timer.limitMs = what === 'compile' ? compilationMs : executionMs;
    this.timer.startedMs = cpuMs();
    this.timer.isOver = false;
    try {
      const outcome = work();
      if (outcome.error === undefined) return this.textOf(outcome.value);
      throw this.failureOf(what, outcome.error);
    } catch (error) {
      this.isDead = true;
      if (error instanceof SandboxError) throw error;
      // The engine itself gave up, for example on the thread's own stack.
      const message = error instanceof Error ? error.message : String(error);
      throw new SandboxError({ kind: 'crashed', message });
    } finally {
      this.timer.limitMs = Infinity;
    }
  }

  private textOf(handle: QuickJSHandle): string {
    const text = this.context.getString(handle);
    handle.dispose();
    return text;
  }

  private failureOf(what: string, handle: QuickJSHandle): SandboxError {
    if (this.timer.isOver) {
      const took = span(cpuMs() - this.timer.startedMs);
      const allowed = span(this.timer.limitMs);
      const message = `Projection script took too long to ${what} (took: ${took}, allowed: ${allowed}`;
      return new SandboxError({ kind: 'time', message });
    }
    const thrown: unknown = this.context.dump(handle);
    const message = messageOf(thrown).slice(0, LONGEST_REASON);
    const kind = message === 'out of memory' ? 'memory' : 'threw';
    return new SandboxError({ kind, message });
  }
}

/** The CPU time of this thread alone, so that a busy machine makes no query slow. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** As .NET writes a time span. */
function span(ms: number): string {
  const seconds = (ms / 1000).toFixed(7).padStart(10, '0');
  return `00:00:${seconds}`;
}

function messageOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) {
    return String(thrown);
  }
  return String(thrown.message);
}
