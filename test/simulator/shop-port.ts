// How clients reach a shop. The simulator has it in-process, the soak over HTTP and websockets; the
// same clients act through both.
import type {
  AcceptedReply,
  CartReply,
  ChangeCart,
  ChangeCatalogue,
  ChangeOrder,
  ClaimGuestsCart,
  DoneReply,
  ErasePeople,
  FailedReply,
  Operate,
  PushReply,
  QueryCart,
  ReadPast,
  RefusedReply,
  WatchCart,
  WriteForeign,
} from './history.js';

export type CommandReply = AcceptedReply | RefusedReply | FailedReply;

/** No method rejects: what goes wrong is a reply, which a client may try again. */
export interface ShopPort {
  /** Every instance by name, also one that is down. */
  readonly instances: readonly string[];
  changeCart(intent: ChangeCart): Promise<CommandReply>;
  claimCart(intent: ClaimGuestsCart): Promise<CommandReply>;
  changeCatalogue(intent: ChangeCatalogue): Promise<CommandReply>;
  changeOrder(intent: ChangeOrder): Promise<CommandReply>;
  queryCart(intent: QueryCart): Promise<CartReply | FailedReply>;
  readPast(intent: ReadPast): Promise<CartReply | FailedReply>;
  /**
   * Gives every push to `onReply`, and `failed` once when it ends by itself. The answer ends it:
   * nothing is given any more once it was called.
   */
  watchCart(intent: WatchCart, onReply: (reply: PushReply | FailedReply) => void): () => void;
  operate(intent: Operate): Promise<DoneReply | FailedReply>;
  erasePeople(intent: ErasePeople): Promise<DoneReply | FailedReply>;
  writeForeign(intent: WriteForeign): Promise<DoneReply | FailedReply>;
}
