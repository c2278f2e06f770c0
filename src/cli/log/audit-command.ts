// `cartograph audit`: signs the log's current root, and later compares the log with it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PUBLIC_KEY, signingKey, trustedKey } from '../../audit/audit-keys.js';
import {
  demandSignature,
  judgeLog,
  signLogRoot,
  parseSignedLogRoot,
  publicKeyOf,
} from '../../audit/signed-log-root.js';
import type { Config } from '../../service/config.js';
import { chainedPrefixes } from '../../projections/shop-events.js';
import { ownAsFolder } from '../../tokens/key-folder.js';
import { CommandFailure, EXIT } from '../exit.js';
import { demandLog } from '../log-folder.js';
import { print } from '../output.js';
import { withExistingStore } from '../with-store.js';

export async function runCheckpoint(
  config: Config,
  { to }: { readonly to: string },
): Promise<number> {
  demandLog(config);
  const key = await signingKey(config.dataDir);
  const keyFolder = join(config.dataDir, 'keys');
  const publicKeyPath = join(keyFolder, PUBLIC_KEY);
  await writeFile(publicKeyPath, publicKeyOf(key));
  await ownAsFolder(publicKeyPath, keyFolder);
  const checkpoint = await withExistingStore(config, (store) =>
    signLogRoot(store, chainedPrefixes, key, Date.now()),
  );
  await writeFile(to, `${JSON.stringify(checkpoint, null, 2)}\n`, { flag: 'wx' });
  const { events, streams, position } = checkpoint;
  await print(`Signed ${events} events in ${streams} streams, up to position ${position}: ${to}`);
  await print(`The public key, to keep elsewhere: ${publicKeyPath}`);
  return EXIT.done;
}

export interface JudgeOptions {
  readonly checkpoint: string;
  readonly publicKey?: string;
}

export async function runJudge(config: Config, options: JudgeOptions): Promise<number> {
  const text = await readFile(options.checkpoint, 'utf8');
  const publicKey = await trustedKey(config.dataDir, options.publicKey);
  const checkpoint = parseSignedLogRoot(text);
  if (publicKey === undefined) throw new CommandFailure(EXIT.usage, noKeyIn(config));
  demandSignature(checkpoint, publicKey);
  const differences = await withExistingStore(config, (store) =>
    judgeLog(store, checkpoint, publicKey),
  );
  for (const difference of differences) await print(`DIFFERS  ${difference}`);
  await print(
    differences.length === 0
      ? `The log up to position ${checkpoint.position} matches the root that was signed at ${checkpoint.at}.`
      : `The log differs from the root that was signed at ${checkpoint.at}.`,
  );
  return differences.length === 0 ? EXIT.done : EXIT.no;
}

/** A key that was made now would judge every root to be that of another key. */
const noKeyIn = ({ dataDir }: Config) =>
  `${dataDir} has never signed a log root: name the key of the one that has with --public-key`;
