// Where the cart goes: what the service knows of it, and what the shopper has written so far. The
// country and the method count at once, because the total depends on them; the address and the note
// are sent with the order.
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useCart } from '../../cart-client/use-cart.ts';
import {
  CartDeliveryDocument,
  type CartFieldsFragment,
  ShippingMethodsDocument,
  type ShippingMethodsQuery,
} from '../../../schema/generated/graphql.ts';
import { useIntent } from '../cart/use-intent.ts';
import { texts } from '../texts.ts';

const words = texts.checkout;

export interface WrittenAddress {
  readonly name: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
}

export type AddressField = keyof WrittenAddress;

export interface DeliveryInUse {
  /** Null: nothing is sent. */
  readonly country: string | null;
  readonly region: string;
  readonly methods: ShippingMethodsQuery['shippingMethods'];
  readonly method: string | null;
  readonly address: WrittenAddress;
  readonly giftNote: string;
  readonly faults: Readonly<Partial<Record<AddressField | 'method' | 'region', string>>>;
  readonly goTo: (country: string | null, region: string) => void;
  readonly goBy: (code: string) => void;
  readonly write: (part: Partial<WrittenAddress>) => void;
  readonly writeNote: (note: string) => void;
  /** Sends the address and the note; false when something is missing or was refused. */
  readonly complete: (email: string) => Promise<boolean>;
}

interface Wish {
  readonly country?: string | null;
  readonly method?: string;
}

const nothing: WrittenAddress = { name: '', street: '', city: '', postalCode: '' };

export function useDelivery(cart: CartFieldsFragment): DeliveryInUse {
  const { commands } = useCart();
  const intend = useIntent();
  const { id: cartId, revision: minRevision, currency } = cart;
  const { data: known, previousData } = useQuery(CartDeliveryDocument, {
    variables: { cartId, minRevision },
    fetchPolicy: 'network-only',
  });
  const held = (known ?? previousData)?.cart ?? null;
  const [written, setWritten] = useState<Partial<WrittenAddress>>({});
  const [note, setNote] = useState<string | null>(null);
  const [faults, setFaults] = useState<DeliveryInUse['faults']>({});
  // What was chosen is shown at once; what the service refuses is taken back.
  const [wish, setWish] = useState<Wish>({});
  const country = wish.country === undefined ? (held?.shipTo?.country ?? null) : wish.country;
  const region = held?.shipTo?.region ?? '';
  const { data: offered } = useQuery(ShippingMethodsDocument, {
    variables: { country: country ?? '', currency },
    skip: country === null,
  });
  const methods = country === null ? [] : (offered?.shippingMethods ?? []);
  const chosen = held?.shippingMethod?.eligible === true ? held.shippingMethod.code : null;
  const method = wish.method ?? chosen;
  const address = { ...nothing, ...heldAddress(held), ...written };
  const giftNote = note ?? held?.giftNote ?? '';

  const goTo: DeliveryInUse['goTo'] = (to, within) => {
    if (!/^[A-Za-z0-9]{0,3}$/.test(within)) {
      setFaults({ region: words.regionFault });
      return;
    }
    setFaults({});
    setWish({ country: to });
    void (to === null ? goNowhere() : goSomewhere(to, within)).then((isDone) => {
      if (!isDone) setWish({});
    });
  };
  const goSomewhere = (to: string, within: string) => {
    const place = { country: to, region: within === '' ? null : within.toUpperCase() };
    return intend(commands.sendTo(cartId, { place }));
  };
  const goNowhere = async () => {
    const hasMethod = held?.shippingMethod != null;
    if (hasMethod && !(await intend(commands.sendBy(cartId, null)))) return false;
    return held?.shipTo == null || intend(commands.sendNowhere(cartId));
  };
  const goBy = async (code: string) => {
    setFaults({});
    setWish((so) => ({ ...so, method: code }));
    if (await intend(commands.sendBy(cartId, code))) return;
    setWish(({ country: to }) => (to === undefined ? {} : { country: to }));
  };
  const complete: DeliveryInUse['complete'] = async (email) => {
    const missing =
      country === null ? {} : missingIn(address, methods.length > 0 && method === null);
    setFaults(missing);
    if (Object.keys(missing).length > 0) return false;
    if (country !== null) {
      const { name, street, city, postalCode } = address;
      const place = { country, region: region === '' ? null : region };
      const to = { name, lines: [street], city, postalCode: postalCode === '' ? null : postalCode };
      if (!(await intend(commands.sendTo(cartId, { place, address: to, email })))) return false;
    }
    const text = giftNote.trim();
    if (text !== '') return intend(commands.noteGift(cartId, text, email));
    return held?.giftNote == null || intend(commands.noteGift(cartId, null, email));
  };
  return {
    ...{ country, region, methods, method, address, giftNote, faults, goTo, complete },
    goBy: (code) => void goBy(code),
    write: (part) => setWritten((so) => ({ ...so, ...part })),
    writeNote: setNote,
  };
}

function heldAddress(
  held: { readonly shippingAddress: AddressShown | null } | null,
): Partial<WrittenAddress> {
  const shown = held?.shippingAddress;
  if (shown == null) return {};
  const { name, lines, city, postalCode } = shown;
  return { name, street: lines.join(', '), city, postalCode: postalCode ?? '' };
}

interface AddressShown {
  readonly name: string;
  readonly lines: readonly string[];
  readonly city: string;
  readonly postalCode: string | null;
}

function missingIn(address: WrittenAddress, lacksMethod: boolean): DeliveryInUse['faults'] {
  const required: readonly AddressField[] = ['name', 'street', 'city'];
  const empty = required.filter((field) => address[field].trim() === '');
  return {
    ...Object.fromEntries(empty.map((field) => [field, words.missing])),
    ...(lacksMethod && { method: words.methodFault }),
  };
}
