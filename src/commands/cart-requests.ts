// Commands to carts as they arrive: plain data, without prices or terms, which only the service
// knows.
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

/** A request that changes what an open cart holds. */
export type CartChange =
  | QuantityRequest<'AddItem'>
  | QuantityRequest<'ChangeQuantity'>
  | LineRequest<'RemoveItem'>
  | CouponRequest<'ApplyCoupon'>
  | CouponRequest<'RemoveCoupon'>;

export interface CheckOutRequest {
  readonly type: 'CheckOut';
  readonly cartId: string;
  readonly expectedTotal: number;
  /** Tells this checkout from another under the same key. It is not stored. */
  readonly also?: Readonly<Record<string, unknown>>;
}

export type CartRequest = OpenCartRequest | CartChange | CheckOutRequest;

/** Stored format: a name is part of the hash that tells a retry from a reused commandId. */
export const requestNames = {
  OpenCart: 'openCart',
  AddItem: 'addItem',
  ChangeQuantity: 'changeQuantity',
  RemoveItem: 'removeItem',
  ApplyCoupon: 'applyCoupon',
  RemoveCoupon: 'removeCoupon',
  CheckOut: 'checkout',
} as const satisfies Record<CartRequest['type'], string>;

/** However a shopper writes a coupon's code, it is one code. */
export function normalized<Request extends CartRequest>(request: Request): Request {
  return 'code' in request ? { ...request, code: normalizedCode(request.code) } : request;
}

/** @param seal makes of personal data what the log may keep */
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
  // The id of a cart that is opened follows from the commandId.
  if ('customerId' in input) return { ...input, cartId: undefined };
  return input.also === undefined ? { ...input } : { ...input, also: seal(input.also) };
}
