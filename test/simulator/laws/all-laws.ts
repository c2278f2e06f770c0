// Every law of the shop. `docs/reliability.md` lists them.
import { acknowledgedOnce } from './acknowledged-once.js';
import { aliveAgain } from './alive-again.js';
import { answersFold } from './answers-fold.js';
import { cachesTrue } from './caches-true.js';
import { couponsKept } from './coupons-kept.js';
import { claimedOnce, oneClaimAnswer } from './claimed-once.js';
import type { Law } from './law.js';
import { mailedOnce } from './mailed-once.js';
import { moneyKept } from './money-kept.js';
import { noFaults, verifyAgrees } from './no-faults.js';
import { nothingUnasked } from './nothing-unasked.js';
import { offeredPrices } from './offered-prices.js';
import { oneAnswer } from './one-answer.js';
import { oneOrder } from './one-order.js';
import { chargedOnce, refundedOnce } from './order-money.js';
import { ordersEnd } from './orders-end.js';
import { ordersTotal } from './orders-total.js';
import { pastIsPrefix } from './past-is-prefix.js';
import { postedOnce } from './posted-once.js';
import { addressesSealed, erasedForEver, textsOpen } from './people-kept.js';
import { pushesInOrder } from './pushes-in-order.js';
import { readsNeverBack } from './reads-never-back.js';
import { rowsFold } from './rows-fold.js';
import { stockKept } from './stock-kept.js';
import { chainsVerify, revisionsContiguous, timeNeverBack } from './streams-whole.js';
import { termsKept } from './terms-kept.js';
import { tokensSecret } from './tokens-secret.js';

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
  oneOrder,
  chargedOnce,
  refundedOnce,
  stockKept,
  couponsKept,
  mailedOnce,
  postedOnce,
  tokensSecret,
  ordersEnd,
  claimedOnce,
  oneClaimAnswer,
  termsKept,
  addressesSealed,
  textsOpen,
  erasedForEver,
];
