// Every law of the shop. `docs/reliability.md` lists them.
import { acknowledgedOnce } from './acknowledged-once.js';
import { aliveAgain } from './alive-again.js';
import { answersFold } from './answers-fold.js';
import { cachesTrue } from './caches-true.js';
import type { Law } from './law.js';
import { moneyKept } from './money-kept.js';
import { noFaults, verifyAgrees } from './no-faults.js';
import { nothingUnasked } from './nothing-unasked.js';
import { offeredPrices } from './offered-prices.js';
import { oneAnswer } from './one-answer.js';
import { ordersTotal } from './orders-total.js';
import { pastIsPrefix } from './past-is-prefix.js';
import { pushesInOrder } from './pushes-in-order.js';
import { readsNeverBack } from './reads-never-back.js';
import { rowsFold } from './rows-fold.js';
import { chainsVerify, revisionsContiguous, timeNeverBack } from './streams-whole.js';

export const allLaws: readonly Law[] = [
  acknowledgedOnce,
  nothingUnasked,
  oneAnswer,
  answersFold,
  revisionsContiguous,
  timeNeverBack,
  chainsVerify,
  readsNeverBack,
  rowsFold,
  pushesInOrder,
  pastIsPrefix,
  ordersTotal,
  offeredPrices,
  moneyKept,
  cachesTrue,
  noFaults,
  verifyAgrees,
  aliveAgain,
];
