// Who is asking, as the service wants to hear it: in headers over HTTP, in connection_init over a
// websocket. A secret is never part of an address.

export interface Credentials {
  /** The secrets of the guest's carts. */
  readonly cartTokens: readonly string[];
  /** The JWT of a signed-in person. */
  readonly token?: string | undefined;
  /** Why support reads what a customer owns; the service records it. */
  readonly accessReason?: string | undefined;
}

/**
 * Asked before each request and each connection, so that a change counts at once. Those wait for a
 * promise, such as one of a new sign-in.
 */
export type CredentialSource = () => Credentials | Promise<Credentials>;

export function headersOf({
  cartTokens,
  token,
  accessReason,
}: Credentials): Record<string, string> {
  return {
    ...(cartTokens.length > 0 && { 'x-cart-token': cartTokens.join(',') }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(accessReason !== undefined && { 'x-access-reason': asHeader(accessReason) }),
  };
}

export function connectionParamsOf({
  cartTokens,
  token,
  accessReason,
}: Credentials): Record<string, string> {
  return {
    ...(cartTokens.length > 0 && { cartToken: cartTokens.join(',') }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(accessReason !== undefined && { accessReason }),
  };
}

/** A header carries bytes; the service reads them as UTF-8. */
function asHeader(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
