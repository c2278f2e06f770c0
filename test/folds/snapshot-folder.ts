// A folder for snapshots, with what a test does to it.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SnapshotOptions, Snapshots } from '../../src/folds/snapshots/snapshots.js';
import type { Cleanup } from '../event-store/nodes.js';

export class SnapshotFolder {
  readonly faults: unknown[] = [];

  private constructor(
    readonly path: string,
    private readonly cleanup: Cleanup,
  ) {}

  static async make(cleanup: Cleanup): Promise<SnapshotFolder> {
    const path = await mkdtemp(join(tmpdir(), 'cartograph-snapshots-'));
    cleanup.add(() => rm(path, { recursive: true, force: true }));
    return new SnapshotFolder(path, cleanup);
  }

  get file(): string {
    return join(this.path, 'snapshots.sqlite');
  }

  /** As a process that starts opens them; whoever opened them before still has them. */
  open(options: Partial<SnapshotOptions> = {}): Snapshots {
    const onFault = (fault: unknown) => this.faults.push(fault);
    const snapshots = new Snapshots(this.path, { onFault, clock: () => Date.now(), ...options });
    this.cleanup.add(() => {
      snapshots.close();
      return Promise.resolve();
    });
    return snapshots;
  }

  async throwAway(): Promise<void> {
    for (const name of await readdir(this.path)) await rm(join(this.path, name), { force: true });
  }
}
