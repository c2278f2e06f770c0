// The queue of ended spans and their export. The SDK batches and sends; this counts what becomes of
// each span, and bounds those that wait, because the SDK drops without a word.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { TraceOptions } from './options.js';
import type { Outage } from './outage.js';

export interface SpanCounts {
  readonly exported: number;
  readonly dropped: number;
}

const MAX_BATCH = 512;

export class SpanExport implements SpanProcessor {
  private readonly batches: BatchSpanProcessor;
  private ended = 0;
  private waiting = 0;
  private exported = 0;
  private dropped = 0;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly options: Pick<TraceOptions, 'delayMs' | 'queueSize'>,
    private readonly outage: Outage,
  ) {
    this.batches = new BatchSpanProcessor({
      exporter: this.counting(),
      scheduledDelayMillis: options.delayMs,
      maxQueueSize: options.queueSize,
      maxExportBatchSize: Math.min(MAX_BATCH, options.queueSize),
    });
  }

  get counts(): SpanCounts {
    const { exported, dropped } = this;
    return { exported, dropped };
  }

  /** Spans that wait, or are on their way. */
  get unsent(): number {
    return this.ended - this.exported - this.dropped;
  }

  onStart(): void {
    // A span is counted when it ends.
  }

  onEnd(span: ReadableSpan): void {
    this.ended += 1;
    if (this.waiting >= this.options.queueSize) {
      this.drop(1, 'too many spans wait');
      return;
    }
    this.waiting += 1;
    this.batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.batches.shutdown();
  }

  private counting(): SpanExporter {
    const { exporter } = this;
    return {
      export: (spans, done) => {
        this.waiting -= spans.length;
        exporter.export(spans, (result) => {
          this.note(spans.length, result);
          done(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    };
  }

  private note(count: number, { code, error }: ExportResult): void {
    if (code !== ExportResultCode.SUCCESS) {
      this.drop(count, error?.message ?? 'no reason was given');
      return;
    }
    this.exported += count;
    this.outage.over();
  }

  private drop(count: number, reason: string): void {
    this.dropped += count;
    this.outage.note(reason);
  }
}
