// A collector on loopback: it takes OTLP as JSON over HTTP, and keeps what it got. It can also
// refuse, or never answer.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Cleanup } from '../event-store/nodes.js';

interface Attribute {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: number;
    readonly doubleValue?: number;
    readonly arrayValue?: { readonly values: readonly { readonly stringValue?: string }[] };
  };
}

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

export interface CollectedMetric {
  readonly name: string;
  readonly gauge?: object;
  readonly sum?: { readonly isMonotonic?: boolean };
  readonly histogram?: object;
}

interface Resource {
  readonly attributes: readonly Attribute[];
}

interface TraceBody {
  readonly resourceSpans: readonly {
    readonly resource: Resource;
    readonly scopeSpans: readonly { readonly spans: readonly CollectedSpan[] }[];
  }[];
}

interface MetricBody {
  readonly resourceMetrics: readonly {
    readonly resource: Resource;
    readonly scopeMetrics: readonly { readonly metrics: readonly CollectedMetric[] }[];
  }[];
}

export class Collector {
  /** Every body as it came. */
  readonly bodies: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  readonly spans: CollectedSpan[] = [];
  readonly resource = new Map<string, unknown>();
  readonly metrics = new Map<string, CollectedMetric>();
  answers: 'takes' | 'refuses' | 'is silent' = 'takes';
  private waiting: (() => void)[] = [];
  private stopping: Promise<unknown> | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(cleanup: Cleanup): Promise<Collector> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const collector = new Collector(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    server.on('request', (request, response) => void collector.take(request, response));
    cleanup.add(() => collector.stop());
    return collector;
  }

  /** Resolves when it holds, which is looked at after each request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  ofTrace(traceId: string): readonly CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    if (this.stopping === undefined) {
      this.stopping = once(this.server, 'close');
      this.server.close();
      this.server.closeAllConnections();
    }
    await this.stopping;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.headers.push(request.headers);
    this.bodies.push(body);
    if (this.answers === 'takes') {
      if (request.url === '/v1/traces') this.takeSpans(JSON.parse(body) as TraceBody);
      else this.takeMetrics(JSON.parse(body) as MetricBody);
      response.setHeader('content-type', 'application/json').end('{}');
    } else if (this.answers === 'refuses') response.writeHead(400).end('{}');
    for (const look of this.waiting.splice(0)) look();
  }

  private takeSpans({ resourceSpans }: TraceBody): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      this.takeResource(resource);
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }

  private takeMetrics({ resourceMetrics }: MetricBody): void {
    for (const { resource, scopeMetrics } of resourceMetrics) {
      this.takeResource(resource);
      for (const { metrics } of scopeMetrics) {
        for (const metric of metrics) this.metrics.set(metric.name, metric);
      }
    }
  }

  /** Spans and metrics come from the same service, so it does not matter which came first. */
  private takeResource({ attributes }: Resource): void {
    for (const { key, value } of attributes) this.resource.set(key, value.stringValue);
  }
}

export function attributeOf({ attributes }: CollectedSpan, name: string): unknown {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.arrayValue;
}
