// The service's own figures in Prometheus' text format.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { problemOf, type ReadinessCheck } from './health.js';

export interface ProjectionProgress {
  readonly name: string;
  readonly state: string;
  readonly lagEvents: number;
  readonly lagMs: number;
  /** Between the served rows and those that would be promoted; null where none stand by. */
  readonly drift: DriftGauges | null;
}

interface DriftGauges {
  readonly differing: number;
  readonly unexplained: number;
  /** In minor units, by currency. */
  readonly money: Readonly<Record<string, bigint>>;
  /** In milliseconds since 1970. */
  readonly countedAt: number;
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

  constructor(private readonly projections: () => readonly ProjectionProgress[]) {
    collectDefaultMetrics({ register: this.registry });
    const lag = 'How far the read model is behind the log';
    this.projectionGauge('cartograph_projection_lag_events', lag, (of) => of.lagEvents);
    this.projectionGauge('cartograph_projection_lag_seconds', lag, (of) => of.lagMs / 1_000);
    const stopped = '1 where the read model stands still until somebody sees to it';
    this.projectionGauge('cartograph_projection_stopped', stopped, (of) =>
      of.state === 'STOPPED' ? 1 : 0,
    );
    this.driftGauges();
  }

  countCommand(command: string, outcome: string): void {
    this.commands.inc({ command, outcome });
  }

  /** The parts are asked, as by `/health/ready`, whenever the figures are. */
  watchParts(checks: readonly ReadinessCheck[]): void {
    new Gauge({
      name: 'cartograph_part_ready',
      help: '1 where the part is ready, 0 where it is not',
      labelNames: ['part'],
      registers: [this.registry],
      async collect() {
        const problems = await Promise.all(checks.map(problemOf));
        checks.forEach(({ part }, n) => this.set({ part }, problems[n] === undefined ? 1 : 0));
      },
    });
  }

  watchReactions(reactions: readonly { readonly name: string; parked(): number }[]): void {
    new Gauge({
      name: 'cartograph_reaction_parked_events',
      help: 'Events that a reaction could not act on, which wait to be tried again',
      labelNames: ['reaction'],
      registers: [this.registry],
      collect() {
        for (const reaction of reactions) this.set({ reaction: reaction.name }, reaction.parked());
      },
    });
  }

  private driftGauges(): void {
    const { projections, registry } = this;
    const ofNext = 'between what is served and what stands by to be promoted';
    this.projectionGauge(
      'cartograph_projection_drift_rows',
      `Rows that differ ${ofNext}`,
      ({ drift }) => drift?.differing ?? 0,
    );
    this.projectionGauge(
      'cartograph_projection_drift_unexplained_rows',
      `Rows that differ ${ofNext}, and that no other version of the pricing explains`,
      ({ drift }) => drift?.unexplained ?? 0,
    );
    this.projectionGauge(
      'cartograph_projection_drift_counted_timestamp_seconds',
      `When it was last counted what differs ${ofNext}; 0 where nothing stands by`,
      ({ drift }) => (drift?.countedAt ?? 0) / 1_000,
    );
    new Gauge({
      name: 'cartograph_projection_drift_minor_units',
      help: `Money by which the carts differ ${ofNext}`,
      labelNames: ['projection', 'currency'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { name: projection, drift } of projections()) {
          for (const [currency, amount] of Object.entries(drift?.money ?? {})) {
            // Prometheus keeps every figure as a double, so beyond 2^53 this one is rounded.
            this.set({ projection, currency }, Number(amount));
          }
        }
      },
    });
  }

  private projectionGauge(
    name: string,
    help: string,
    valueOf: (projection: ProjectionProgress) => number,
  ): void {
    const { projections } = this;
    new Gauge({
      name,
      help,
      labelNames: ['projection'],
      registers: [this.registry],
      collect() {
        for (const each of projections()) this.set({ projection: each.name }, valueOf(each));
      },
    });
  }
}
