// A command beside a service goes on when the service was away: an import adds nothing twice, and
// an export prints each event once.
import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CommandLine } from '../cli/command.js';
import { Cleanup, connectTestStore } from '../event-store/nodes.js';
import { ServiceProcess } from '../flow/service.js';
import { month, ORDERS, untilOrders } from './imported-month.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** What a command writes. */
class Watched {
  output = '';
  errors = '';
  readonly ended: Promise<unknown[]>;
  private hear: () => void = () => undefined;

  constructor(private readonly child: Child) {
    child.stdout.on('data', (chunk) => {
      this.output += String(chunk);
      this.hear();
    });
    child.stderr.on('data', (chunk) => {
      this.errors += String(chunk);
      this.hear();
    });
    this.ended = once(child, 'close');
  }

  /** It blocks where it has printed more than the pipe holds. */
  async pauseAfterFirstOutput(): Promise<void> {
    while (this.output === '') await this.news();
    this.child.stdout.pause();
  }

  resume(): void {
    this.child.stdout.resume();
  }

  /** Resolves when it says so, from now on; rejects when it ends without. */
  async untilItWaits(): Promise<void> {
    const from = this.errors.length;
    while (!this.errors.slice(from).includes(' waits for it\n')) {
      if (await Promise.race([this.news(), this.ended])) {
        throw new Error(`It ended without a wait: ${this.errors}`);
      }
    }
  }

  private news(): Promise<undefined> {
    return new Promise((resolve) => (this.hear = () => resolve(undefined)));
  }
}

interface Outage {
  begin(): unknown;
  end(): unknown;
}

function killOf(service: ServiceProcess): Outage {
  return {
    begin: () => service.kill(),
    end: async () => {
      const before = await service.connectionString();
      await service.restart();
      // Not the port that the command knows.
      expect(await service.connectionString()).not.toBe(before);
    },
  };
}

const freezeOf = (service: ServiceProcess): Outage => ({
  begin: () => process.kill(service.pid, 'SIGSTOP'),
  end: () => process.kill(service.pid, 'SIGCONT'),
});

async function during(outage: Outage, command: Watched, meanwhile?: () => void) {
  // A command may notice a killed server before its end is told here.
  const waits = command.untilItWaits();
  await outage.begin();
  meanwhile?.();
  await waits;
  await outage.end();
}

/** Each event once, in order, as `stream revision`. */
async function eventsOf(service: ServiceProcess): Promise<string[]> {
  const store = connectTestStore(cleanup, await service.connectionString());
  const events: string[] = [];
  for await (const { stream, revision } of store.readAll()) events.push(`${stream} ${revision}`);
  return events;
}

function exportedBy({ output }: Watched): string[] {
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const { stream, revision } = JSON.parse(line) as { stream: string; revision: number };
      return `${stream} ${revision}`;
    });
}

test('an import and an export go on when their server is killed, or frozen for a while', async () => {
  const service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  const cartograph = (await CommandLine.onNewFolder(cleanup)).with({ DATA_DIR: service.dataDir });

  const imported = new Watched(cartograph.start('import', 'online-retail', month, '--json'));
  await untilOrders(service, 200, cleanup);
  await during(killOf(service), imported);
  await untilOrders(service, 600, cleanup);
  await during(freezeOf(service), imported);
  expect(await imported.ended).toEqual([0, null]);
  expect(JSON.parse(imported.output)).toMatchObject({ orders: ORDERS, leftOut: [] });
  const stored = await eventsOf(service);
  const orders = stored.filter((event) => event.startsWith('order-') && event.endsWith(' 0'));
  expect([orders.length, new Set(stored).size]).toEqual([ORDERS, stored.length]);

  for (const outageOf of [killOf, freezeOf]) {
    const exported = new Watched(cartograph.start('export'));
    await exported.pauseAfterFirstOutput();
    await during(outageOf(service), exported, () => exported.resume());
    expect(await exported.ended).toEqual([0, null]);
    // The shop may have stored more meanwhile.
    expect(exportedBy(exported).slice(0, stored.length).join()).toBe(stored.join());
  }
}, 300_000);
