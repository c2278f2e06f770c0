// The services of this tab, made once: the session, the held cart and the client.
import { cartServices, type CartServices } from '../cart-client/cart-context.ts';
import { CartShelf } from '../cart-client/cart-shelf.ts';
import { type CartClient, createCartClient } from '../cart-client/client.ts';
import { sturdyStorage } from '../cart-client/sturdy-storage.ts';
import { isSamePerson, Session } from './session.ts';

export interface AppServices {
  readonly session: Session;
  readonly carts: CartServices;
}

export function createServices(): AppServices {
  const signedIn = sturdyStorage(() => sessionStorage);
  const session = new Session(signedIn);
  const shelf = new CartShelf(
    sturdyStorage(() => localStorage),
    signedIn,
  );
  const client = createCartClient({
    url: new URL('/graphql', window.location.href).href,
    onTokenRefused: session.refuse,
    credentials: async () => {
      // What is asked with a token that has expired fails, and takes the page with it.
      await session.settled();
      const person = session.person.get();
      return {
        cartTokens: shelf.tokens(),
        token: person?.token,
        accessReason: person?.accessReason,
      };
    },
  });
  const carts = cartServices(client, shelf);
  followPerson(session, client);
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

function followPerson(session: Session, { apollo, reconnect }: CartClient): void {
  let shownTo = session.person.get();
  const follow = () => {
    if (session.ended.get() !== null) return;
    const person = session.person.get();
    const isSame = isSamePerson(person, shownTo);
    if (person === shownTo) return;
    shownTo = person;
    reconnect();
    // Another person sees other things; what was read before is forgotten. The same one goes on
    // with what is open. A query that this person may not make tells so where it is shown.
    const renewed = isSame ? apollo.refetchQueries({ include: 'active' }) : apollo.resetStore();
    Promise.resolve(renewed).catch(() => undefined);
  };
  session.person.subscribe(follow);
  session.ended.subscribe(follow);
}
