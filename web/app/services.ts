// The services of this tab, made once: the session, the held cart and the client.
import { cartServices, type CartServices } from '../cart-client/cart-context.ts';
import { CartShelf, forgetfulStorage } from '../cart-client/cart-shelf.ts';
import { createCartClient } from '../cart-client/client.ts';
import { Session } from './session.ts';

export interface AppServices {
  readonly session: Session;
  readonly carts: CartServices;
}

export function createServices(): AppServices {
  const signedIn = storageOf(() => sessionStorage);
  const session = new Session(signedIn);
  const shelf = new CartShelf(
    storageOf(() => localStorage),
    signedIn,
  );
  const client = createCartClient({
    url: new URL('/graphql', window.location.href).href,
    credentials: () => {
      const person = session.person.get();
      return {
        cartTokens: shelf.tokens(),
        token: person?.token,
        accessReason: person?.accessReason,
      };
    },
  });
  const carts = cartServices(client, shelf);
  // Another person sees other things; what was read before is forgotten.
  session.person.subscribe(() => {
    client.reconnect();
    // A query that this person may not make tells so where it is shown.
    client.apollo.resetStore().catch(() => undefined);
  });
  // The new cart's secret has to reach the websocket.
  shelf.current.subscribe(client.reconnect);
  window.addEventListener('storage', shelf.readAgain);
  window.addEventListener('online', client.retryNow);
  window.addEventListener('beforeunload', (event) => {
    // The browser asks whether to leave while something is not sent yet.
    if (carts.commands.pending.get() > 0) event.preventDefault();
  });
  return { session, carts };
}

/** A browser may refuse to store anything. */
function storageOf(storage: () => Storage) {
  try {
    return storage();
  } catch (error) {
    console.warn('This browser stores nothing: a reload forgets the cart.', error);
    return forgetfulStorage();
  }
}
