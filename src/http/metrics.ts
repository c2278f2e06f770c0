// The service's own figures in Prometheus' text format.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface ProjectionLag {
  readonly name: string;
  readonly lagEvents: number;
  readonly lagMs: number;
}

export class Metrics {
  readonly registry = new Registry();

  readonly requestSeconds = new Histogram({
    name: 'cartograph_http_request_duration_seconds',
    help: 'From the last byte of the request to the last of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });

  private readonly commands = new Counter({
    name: 'cartograph_commands_total',
    help: 'Commands by what became of them: accepted, replayed, a rejection code, or fault',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });

  readonly sockets = new Gauge({
    name: 'cartograph_websockets',
    help: 'Websockets open now',
    registers: [this.registry],
  });

  readonly subscriptions = new Gauge({
    name: 'cartograph_subscriptions',
    help: 'GraphQL operations running over websockets now',
    registers: [this.registry],
  });

  constructor(projections: () => readonly ProjectionLag[]) {
    collectDefaultMetrics({ register: this.registry });
    this.lagGauge('cartograph_projection_lag_events', projections, ({ lagEvents }) => lagEvents);
    this.lagGauge('cartograph_projection_lag_seconds', projections, ({ lagMs }) => lagMs / 1_000);
  }

  countCommand(command: string, outcome: string): void {
    this.commands.inc({ command, outcome });
  }

  private lagGauge(
    name: string,
    projections: () => readonly ProjectionLag[],
    lagOf: (projection: ProjectionLag) => number,
  ): void {
    new Gauge({
      name,
      help: 'How far the read model is behind the log',
      labelNames: ['projection'],
      registers: [this.registry],
      collect() {
        for (const each of projections()) this.set({ projection: each.name }, lagOf(each));
      },
    });
  }
}
