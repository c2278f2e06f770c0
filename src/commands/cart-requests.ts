// Cart commands as they arrive: plain data without prices or terms, which the service adds.
import { normalizedCode } from '../domain/coupon/decide.js';
import { inputHash } from './command-id.js';
import type { DeliveryRequest } from './delivery-requests.js';

export interface OpenCartRequest {
  readonly type: 'OpenCart';
  readonly cartId: string;
  readonly currency: string;
  readonly customerId: string | null;
  /** First lines. Without any, the property is left out: it is part of the input's hash. */
  readonly lines?: readonly AskedLine[];
}

/** A line as it is asked for. */
export interface AskedLine {
  readonly sku: string;
  readonly quantity: number;
}

export interface ForkCartRequest {
  readonly type: 'ForkCart';
  readonly cartId: string;
  readonly fromCartId: string;
  readonly fromRevision: number;
  readonly customerId: string | null;
}

export interface AddItemsRequest {
  readonly type: 'AddItems';
  readonly cartId: string;
  readonly lines: readonly AskedLine[];
  /** Whether the lines that can be added are, when others cannot. */
  readonly partially: boolean;
}

/** A request with nothing but the cart. */
export interface BareRequest<Type extends string> {
  readonly type: Type;
  readonly cartId: string;
}

interface LineRequest<Type extends string> {
  readonly type: Type;
  readonly cartId: string;
  readonly sku: string;
}

interface QuantityRequest<Type extends string> extends LineRequest<Type> {
  readonly quantity: number;
}

export interface CodeRequest<Type extends string> {
  readonly type: Type;
  readonly cartId: string;
  readonly code: string;
}

/** A request that changes the contents of an open cart. */
export type CartChangeRequest =
  | QuantityRequest<'AddItem'>
  | AddItemsRequest
  | QuantityRequest<'ChangeQuantity'>
  | LineRequest<'RemoveItem'>
  | CodeRequest<'ApplyCoupon'>
  | CodeRequest<'RemoveCoupon'>
  | BareRequest<'AcceptPrices'>
  | BareRequest<'Undo'>
  | DeliveryRequest;

/** What a checkout pays with. */
export interface AskedPayment {
  readonly token: string;
  /** Names the token in the events. */
  readonly intentId: string;
}

/** Where to write to about an order. */
export interface Contact {
  readonly email: string;
}

export interface CheckOutRequest {
  readonly type: 'CheckOut';
  readonly cartId: string;
  readonly expectedTotal: number;
  /** Further input of the checkout, such as the payment. It is hashed but not stored. */
  readonly also?: Readonly<Record<string, unknown>>;
  /** The payment, which is part of `also`. No event has the token. */
  readonly payment?: AskedPayment;
  /** Stored encrypted; it is part of `also`, which tells one checkout from another. */
  readonly contact?: Contact;
}

export type CartRequest = OpenCartRequest | ForkCartRequest | CartChangeRequest | CheckOutRequest;

/**
 * Stored format: the name is part of the hash that distinguishes a retry from a reused commandId.
 */
export const requestNames = {
  OpenCart: 'openCart',
  ForkCart: 'forkCart',
  AddItem: 'addItem',
  AddItems: 'addItems',
  ChangeQuantity: 'changeQuantity',
  RemoveItem: 'removeItem',
  ApplyCoupon: 'applyCoupon',
  RemoveCoupon: 'removeCoupon',
  AcceptPrices: 'acceptPrices',
  Undo: 'undo',
  SetShippingAddress: 'setShippingAddress',
  RemoveShippingAddress: 'removeShippingAddress',
  ChooseShippingMethod: 'chooseShippingMethod',
  RemoveShippingMethod: 'removeShippingMethod',
  SetGiftNote: 'setGiftNote',
  RemoveGiftNote: 'removeGiftNote',
  CheckOut: 'checkout',
} as const satisfies Record<CartRequest['type'], string>;

/** Coupon codes are case-insensitive. */
export function normalized<Request extends CartRequest>(request: Request): Request {
  return 'code' in request ? { ...request, code: normalizedCode(request.code) } : request;
}

/** @param seal turns personal data into a keyed hash, which the log may store */
export function requestHash(
  request: CartRequest,
  expectedRevision: number | undefined,
  seal: (personal: Readonly<Record<string, unknown>>) => string,
): string {
  const { type, ...input } = { ...request, contact: undefined, payment: undefined };
  return inputHash(requestNames[type], { ...hashed(input, seal), expectedRevision });
}

function hashed(
  input: Omit<CartRequest, 'type'> &
    Partial<Pick<CheckOutRequest, 'also'>> & { readonly personal?: object | null },
  seal: Parameters<typeof requestHash>[2],
): Readonly<Record<string, unknown>> {
  const { personal } = input;
  if (personal != null) return { ...input, personal: seal({ ...personal }) };
  // The id of a new cart is derived from the commandId, or random.
  if ('customerId' in input) return { ...input, cartId: undefined };
  return input.also === undefined ? { ...input } : { ...input, also: seal(input.also) };
}
