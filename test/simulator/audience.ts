// The people of a run: what they need is put on sale, and some buy, before anything befalls an
// instance; then each of them acts now and then, until all is calm.
import type { Client } from './clients/client.js';
import { type Crowd, crowd } from './clients/crowd.js';
import type { ChangeCatalogue, Reply } from './history.js';
import type { Randomness } from './randomness.js';
import type { Scenario } from './scenario.js';
import type { Life, Schedule } from './schedule.js';
import type { Session } from './session.js';

export interface AudienceOptions {
  readonly schedule: Schedule;
  readonly world: Life;
  readonly randomness: Randomness;
  readonly session: Session;
  readonly scenario: Scenario;
  readonly instances: readonly string[];
  /** Clients that never act, by name. */
  readonly quiet?: readonly string[] | undefined;
}

/** From one act of all clients together to the next, in milliseconds, on average. */
const ACT_MS = 8;
/** Where orders are paid: a payment takes seconds, and they must pass while people buy. */
const PAYING_ACT_MS = 24;

export class Audience {
  private readonly people: Crowd;
  private readonly merchant: Randomness;
  private isCalm = false;

  constructor(private readonly options: AudienceOptions) {
    const { schedule, world, scenario, instances } = options;
    this.merchant = options.randomness.fork('merchant');
    const now = () => schedule.clockOf(world);
    this.people = crowd({ ...scenario, instances, now });
  }

  /** What has to be on sale first, one part after the other. */
  get opening(): readonly (readonly ChangeCatalogue[])[] {
    const { opening, stocking, bulk } = this.people;
    return [opening, stocking, ...bulk];
  }

  /** Asks all of them at once; the answer tells how many are not answered. */
  ask(intents: readonly ChangeCatalogue[]): () => number {
    let open = intents.length;
    for (const intent of intents) {
      const asked = { ...intent, commandId: this.merchant.newId() };
      void this.untilAnswered(asked).then(() => (open -= 1));
    }
    return () => open;
  }

  /** A shop without goods shows nothing. */
  private async untilAnswered(intent: ChangeCatalogue): Promise<void> {
    const heard: Reply[] = [];
    const hears: Client['hears'] = (_intent, reply) => heard.push(reply);
    const merchant: Client = { name: 'merchant', next: () => [], hears };
    do await this.options.session.carryOut(merchant, intent);
    while (heard.at(-1)?.kind === 'failed');
  }

  /** Some buy one thing after the other; the answer tells how many have not done so yet. */
  buyEarly(): () => number {
    const { randomness, quiet = [] } = this.options;
    const buyers = this.people.early.filter(({ name }) => !quiet.includes(name));
    for (const buyer of buyers) void this.inTurn(buyer, randomness.fork(`client ${buyer.name}`));
    return () => buyers.filter(({ isDone }) => !isDone).length;
  }

  begin(): void {
    const { clients } = this.people;
    const actMs = this.options.scenario.hasPayments ? PAYING_ACT_MS : ACT_MS;
    const total = clients.reduce((sum, [each]) => sum + each, 0);
    for (const [eagerness, client] of clients) {
      const zeal = client.name === 'operator' ? this.options.scenario.operatorZeal : 1;
      this.actLater(client, (actMs * total) / (eagerness * zeal));
    }
  }

  /** Nobody does anything any more. */
  calmDown(): void {
    this.isCalm = true;
  }

  /** Each act follows the answer to the one before. */
  private async inTurn(client: Client, source: Randomness): Promise<void> {
    for (;;) {
      const intents = client.next(source);
      if (intents.length === 0) return;
      for (const intent of intents) await this.options.session.carryOut(client, intent);
    }
  }

  private actLater(client: Client, meanMs: number): void {
    const { schedule, world, randomness, session, quiet } = this.options;
    if (quiet?.includes(client.name) === true) return;
    const source = randomness.fork(`client ${client.name}`);
    const act = () => {
      if (this.isCalm) return;
      for (const intent of client.next(source)) void session.carryOut(client, intent);
      schedule.after(-Math.log(1 - source.next()) * meanMs, world, `${client.name} acts`, act);
    };
    schedule.after(source.next() * meanMs, world, `${client.name} acts`, act);
  }
}
