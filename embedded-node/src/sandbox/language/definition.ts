// The declaring half of the projection language: `fromAll().when({…})` and the like fill in what
// the projection wants. Runs in the sandbox: its source text is evaluated there, so it must use
// nothing but itself and the language. The errors' texts are the real server's.
import type { SourceDefinition } from '../protocol.js';

export type Handler = (...values: unknown[]) => unknown;

export interface Transform {
  readonly isFilter: boolean;
  readonly run: Handler;
}

type Functions = Record<string, Handler>;

export class Definition {
  readonly sources: SourceDefinition = {
    allStreams: false,
    categories: [],
    streams: [],
    allEvents: true,
    events: [],
    byStreams: false,
    byCustomPartitions: false,
    definesStateTransform: false,
    producesResults: false,
    definesFold: false,
    handlesDeletedNotifications: false,
    includeLinks: false,
    reorderEvents: false,
    processingLag: null,
    resultStreamName: null,
    partitionResultStreamNamePattern: null,
    isBiState: false,
  };
  readonly handlers = new Map<string, Handler>();
  readonly created: Handler[] = [];
  readonly transforms: Transform[] = [];
  init: Handler | undefined;
  initShared: Handler | undefined;
  any: Handler | undefined;
  deleted: Handler | undefined;
  partitionBy: Handler | undefined;
  /** What each declaration returns; which functions it has depends on the last declaration. */
  private readonly chain: Functions = {};

  /** The functions with which a query begins. */
  globals(): Functions {
    return {
      options: (given) => this.setOptions(given),
      fromAll: () => this.fromAll(),
      fromStream: (stream) => this.fromStream(stream),
      fromStreams: (...streams) => this.fromStreams(streams),
      fromCategory: (...categories) => this.fromCategory(categories),
      fromCategories: (...categories) => this.fromCategory(categories),
      on_event: (name, handler) => this.onEvent(name, handler),
      on_any: (handler) => this.onEvent('$any', handler),
    };
  }

  private after(declaration: string): Functions {
    const results = ['transformBy', 'filterBy', 'outputState', 'outputTo'];
    const allowed: Record<string, string[]> = {
      from: ['when', 'partitionBy', 'outputState'],
      fromMany: ['when', 'partitionBy', 'outputState', 'foreachStream'],
      when: [...results, '$defines_state_transform'],
      partition: ['when'],
      outputState: ['transformBy', 'filterBy', 'outputTo'],
      transform: results,
      outputTo: [],
    };
    const functions: Functions = {
      when: (handlers) => this.when(handlers),
      partitionBy: (by) => this.setPartitionBy(by),
      foreachStream: () => this.foreachStream(),
      outputState: () => this.outputState(),
      outputTo: (...names) => this.outputTo(names),
      filterBy: (run) => this.transform(true, run),
      transformBy: (run) => this.transform(false, run),
      $defines_state_transform: () => this.definesStateTransform(),
    };
    for (const name of Object.keys(this.chain)) Reflect.deleteProperty(this.chain, name);
    for (const name of allowed[declaration] ?? []) this.chain[name] = functions[name] as Handler;
    return this.chain;
  }

  private fromAll(): Functions {
    this.sources.allStreams = true;
    return this.after('fromMany');
  }

  private fromStream(stream: unknown): Functions {
    if (typeof stream !== 'string') throw new Error('stream');
    this.sources.streams.push(stream);
    return this.after('from');
  }

  private fromStreams(given: unknown[]): Functions {
    for (const stream of Array.isArray(given[0]) ? given[0] : given) {
      if (typeof stream !== 'string') throw new Error('streams');
      this.sources.streams.push(stream);
    }
    return this.after('from');
  }

  /** Several categories are read as their streams. */
  private fromCategory(given: unknown[]): Functions {
    if (given.length === 0) return this.chain;
    const [first] = given;
    if (given.length === 1 && !Array.isArray(first)) {
      if (typeof first !== 'string') throw new Error('category');
      this.sources.categories.push(first);
      return this.after('fromMany');
    }
    for (const category of given.length === 1 ? (first as unknown[]) : given) {
      if (typeof category !== 'string') throw new Error('categories');
      this.sources.streams.push(`$ce-${category}`);
    }
    return this.after('fromMany');
  }

  private when(handlers: unknown): Functions {
    if (typeof handlers === 'object' && handlers !== null) {
      for (const [name, handler] of Object.entries(handlers)) {
        if (typeof handler === 'function') this.add(name, handler as Handler);
      }
    }
    this.sources.definesFold = true;
    return this.after('when');
  }

  private onEvent(name: unknown, handler: unknown): void {
    if (typeof name !== 'string') throw new Error('eventName');
    if (typeof handler !== 'function') throw new Error('eventHandler');
    this.add(name, handler as Handler);
  }

  private add(name: string, handler: Handler): void {
    const { sources } = this;
    if (name === '$init') this.init = handler;
    else if (name === '$created') this.created.push(handler);
    else if (name === '$initShared') {
      sources.isBiState = true;
      this.initShared = handler;
    } else if (name === '$any') {
      sources.allEvents = true;
      this.any = handler;
    } else if (name === '$deleted') {
      if (sources.isBiState) throw new Error('Cannot handle deletes in bi-state projections');
      sources.handlesDeletedNotifications = true;
      this.deleted = handler;
    } else {
      sources.allEvents = false;
      if (this.handlers.has(name)) {
        throw new Error(`An item with the same key has already been added. Key: ${name}`);
      }
      sources.events.push(name);
      this.handlers.set(name, handler);
    }
  }

  private setPartitionBy(by: unknown): Functions {
    if (typeof by !== 'function') throw new Error('partitionBy');
    this.sources.byCustomPartitions = true;
    this.partitionBy = by as Handler;
    return this.after('partition');
  }

  private foreachStream(): Functions {
    this.sources.byStreams = true;
    return this.after('partition');
  }

  private outputState(): Functions {
    this.sources.producesResults = true;
    return this.after('outputState');
  }

  private outputTo(names: unknown[]): Functions {
    const [stream, pattern] = names;
    if (names.length !== 1 && names.length !== 2) throw new Error('invalid number of parameters');
    if (typeof stream !== 'string') {
      throw new Error("expected string value (Parameter 'resultStream')");
    }
    if (names.length === 2 && typeof pattern !== 'string') {
      throw new Error("expected string value (Parameter 'partitionResultStreamPattern')");
    }
    this.sources.resultStreamName = stream.trim() === '' ? null : stream;
    if (typeof pattern === 'string' && pattern.trim() !== '') {
      this.sources.partitionResultStreamNamePattern = pattern;
    }
    return this.after('outputTo');
  }

  private definesStateTransform(): void {
    this.sources.definesStateTransform = true;
    this.sources.producesResults = true;
  }

  private transform(isFilter: boolean, run: unknown): Functions {
    if (typeof run !== 'function') throw new Error('expected function');
    this.definesStateTransform();
    this.transforms.push({ isFilter, run: run as Handler });
    return this.after('transform');
  }

  private setOptions(given: unknown): void {
    if (typeof given !== 'object' || given === null) return;
    for (const [name, value] of Object.entries(given)) this.setOption(name, value);
  }

  private setOption(name: string, value: unknown): void {
    const { sources } = this;
    const demand = (type: string) => {
      if (typeof value !== type) throw new Error('Invalid value');
    };
    const setters: Record<string, () => void> = {
      $includelinks: () => (demand('boolean'), (sources.includeLinks = value as boolean)),
      reorderevents: () => (demand('boolean'), (sources.reorderEvents = value as boolean)),
      processinglag: () => (demand('number'), (sources.processingLag = value as number)),
      resultstreamname: () => (demand('string'), (sources.resultStreamName = value as string)),
      bistate: () => (demand('boolean'), (sources.isBiState = value as boolean)),
    };
    const set = Object.hasOwn(setters, name.toLowerCase()) && setters[name.toLowerCase()];
    if (!set) throw new Error(`Unrecognized option: ${name}`);
    set();
  }
}
