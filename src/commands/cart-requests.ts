// Cart commands as they arrive: plain data without prices or terms, which the service adds.
import { normalizedCode } from '../domain/coupon/decide.js';
import { inputHash } from './command-id.js';

export interface OpenCartRequest {
  readonly type: 'OpenCart';
  readonly cartId: string;
  readonly currency: string;
  readonly customerId: string | null;
}

interface LineRequest<Type extends string> {
  readonly type: Type;
  readonly cartId: string;
  readonly sku: string;
}

interface QuantityRequest<Type extends string> extends LineRequest<Type> {
  readonly quantity: number;
}

interface CouponRequest<Type extends string> {
  readonly type: Type;
  readonly cartId: string;
  readonly code: string;
}

/** A request that changes the contents of an open cart. */
export type CartChangeRequest =
  | QuantityRequest<'AddItem'>
  | QuantityRequest<'ChangeQuantity'>
  | LineRequest<'RemoveItem'>
  | CouponRequest<'ApplyCoupon'>
  | CouponRequest<'RemoveCoupon'>;

export interface CheckOutRequest {
  readonly type: 'CheckOut';
  readonly cartId: string;
  readonly expectedTotal: number;
  /** Further input of the checkout, such as the payment. It is hashed but not stored. */
  readonly also?: Readonly<Record<string, unknown>>;
}

export type CartRequest = OpenCartRequest | CartChangeRequest | CheckOutRequest;

/**
 * Stored format: the name is part of the hash that distinguishes a retry from a reused commandId.
 */
export const requestNames = {
  OpenCart: 'openCart',
  AddItem: 'addItem',
  ChangeQuantity: 'changeQuantity',
  RemoveItem: 'removeItem',
  ApplyCoupon: 'applyCoupon',
  RemoveCoupon: 'removeCoupon',
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
  const { type, ...input } = request;
  return inputHash(requestNames[type], { ...hashed(input, seal), expectedRevision });
}

function hashed(
  input: Omit<CartRequest, 'type'> & Partial<Pick<CheckOutRequest, 'also'>>,
  seal: Parameters<typeof requestHash>[2],
): Readonly<Record<string, unknown>> {
  // The id of a new cart is derived from the commandId, or random.
  if ('customerId' in input) return { ...input, cartId: undefined };
  return input.also === undefined ? { ...input } : { ...input, also: seal(input.also) };
}
