// A command of the built program as a process of its own, on a data folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from '../event-store/nodes.js';
import { cartographScript } from '../flow/service.js';
import { endWithFile } from '../support/unfinished.js';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export class CommandLine {
  private constructor(
    readonly dataDir: string,
    private readonly environment: Readonly<Record<string, string>> = {},
    private readonly workingFolder = process.cwd(),
  ) {}

  static async onNewFolder(cleanup: Cleanup): Promise<CommandLine> {
    const folder = await mkdtemp(join(tmpdir(), 'cartograph-cli-'));
    cleanup.add(() => rm(folder, { recursive: true, force: true }));
    return new CommandLine(join(folder, 'data'));
  }

  /** On the data folder of a service. */
  static on(dataDir: string, environment: Readonly<Record<string, string>>): CommandLine {
    return new CommandLine(dataDir, environment);
  }

  /** The same with other settings. */
  with(environment: Readonly<Record<string, string>>): CommandLine {
    const both = { ...this.environment, ...environment };
    return new CommandLine(this.dataDir, both, this.workingFolder);
  }

  /** The same in another working folder. */
  in(folder: string): CommandLine {
    return new CommandLine(this.dataDir, this.environment, folder);
  }

  start(...args: string[]) {
    const child = spawn(process.execPath, [cartographScript, ...args], {
      env: {
        PATH: process.env['PATH'],
        DATA_DIR: this.dataDir,
        DOTENV_PATH: join(this.dataDir, 'no.env'),
        ...this.environment,
      },
      cwd: this.workingFolder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const settle = endWithFile(() => Promise.resolve(child.kill('SIGKILL')));
    child.once('exit', settle);
    return child;
  }

  async run(...args: string[]): Promise<Ended> {
    const child = this.start(...args);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output: output.trim(), errors: errors.trim() };
  }

  /** A file of invoices beside the data folder. */
  async invoices(...rows: string[]): Promise<string> {
    const path = `${this.dataDir}-invoices.csv`;
    const header =
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
    await writeFile(path, [header, ...rows, ''].join('\n'));
    return path;
  }
}

export const twoInvoices = [
  '536365,LAMP,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom',
  'C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,United Kingdom',
  '536366,CHAIR,A CHAIR,2,2010-12-24 23:59:00,20.00,,United Kingdom',
] as const;
