// The service's metrics in the Prometheus text format.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { problemOf, type ReadinessCheck } from './health.js';

export interface ProjectionProgress {
  readonly name: string;
  readonly state: string;
  readonly lagEvents: number;
  readonly lagMs: number;
  /**
   * Drift between the live rows and the next generation to promote; null when none is on standby.
   */
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

export interface WatchedReaction {
  readonly name: string;
  readonly status: () => { readonly lagMs: number };
  /** How many events wait to be tried again. */
  readonly parked: () => Promise<number>;
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
    help: 'Commands by outcome: accepted, replayed, a rejection code, or fault',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });

  readonly refusedOperations = new Counter({
    name: 'cartograph_operations_refused_total',
    help: 'GraphQL operations refused because more was asked than the service can do',
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
    const stopped = '1 when the read model is stopped and needs an operator';
    this.projectionGauge('cartograph_projection_stopped', stopped, (of) =>
      of.state === 'STOPPED' ? 1 : 0,
    );
    this.driftGauges();
  }

  countCommand(command: string, outcome: string): void {
    this.commands.inc({ command, outcome });
  }

  /** Checks the parts, as `/health/ready` does, at each scrape. */
  watchParts(checks: readonly ReadinessCheck[]): void {
    new Gauge({
      name: 'cartograph_part_ready',
      help: '1 when the part is ready, otherwise 0',
      labelNames: ['part'],
      registers: [this.registry],
      async collect() {
        const problems = await Promise.all(checks.map(problemOf));
        checks.forEach(({ part }, n) => this.set({ part }, problems[n] === undefined ? 1 : 0));
      },
    });
  }

  watchReactions(reactions: readonly WatchedReaction[]): void {
    new Gauge({
      name: 'cartograph_reaction_lag_seconds',
      help: 'Age of the last event that a reaction has handled; 0 when it is live',
      labelNames: ['reaction'],
      registers: [this.registry],
      collect() {
        for (const { name, status } of reactions) {
          this.set({ reaction: name }, status().lagMs / 1_000);
        }
      },
    });
    new Gauge({
      name: 'cartograph_reaction_parked_events',
      help: 'Parked events of a reaction, waiting for a retry',
      labelNames: ['reaction'],
      registers: [this.registry],
      async collect() {
        const counts = await Promise.all(reactions.map((reaction) => reaction.parked()));
        reactions.forEach(({ name }, n) => this.set({ reaction: name }, counts[n] ?? 0));
      },
    });
  }

  private driftGauges(): void {
    const { projections, registry } = this;
    const ofNext = 'between the live rows and the next generation to promote';
    this.projectionGauge(
      'cartograph_projection_drift_rows',
      `Differing rows ${ofNext}`,
      ({ drift }) => drift?.differing ?? 0,
    );
    this.projectionGauge(
      'cartograph_projection_drift_unexplained_rows',
      `Differing rows ${ofNext} that a different pricing version does not explain`,
      ({ drift }) => drift?.unexplained ?? 0,
    );
    this.projectionGauge(
      'cartograph_projection_drift_counted_timestamp_seconds',
      `Time of the last drift measurement ${ofNext}; 0 without a standby generation`,
      ({ drift }) => (drift?.countedAt ?? 0) / 1_000,
    );
    new Gauge({
      name: 'cartograph_projection_drift_minor_units',
      help: `Difference of the total of all carts ${ofNext}`,
      labelNames: ['projection', 'currency'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { name: projection, drift } of projections()) {
          for (const [currency, amount] of Object.entries(drift?.money ?? {})) {
            // Prometheus stores doubles, so an amount beyond 2^53 is rounded.
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
