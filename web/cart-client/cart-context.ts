// What the hooks share: the Apollo client, the held cart and the commands.
import { ApolloProvider } from '@apollo/client/react';
import { createContext, createElement, type ReactNode, useContext } from 'react';
import { CartCommands } from './cart-commands.ts';
import type { CartShelf } from './cart-shelf.ts';
import type { CartClient } from './client.ts';
import { CartInUseContext, useHeldCart } from './use-cart.ts';

export interface CartServices {
  readonly client: CartClient;
  readonly shelf: CartShelf;
  readonly commands: CartCommands;
}

export function cartServices(client: CartClient, shelf: CartShelf): CartServices {
  return { client, shelf, commands: new CartCommands(client.apollo, shelf) };
}

const ServicesContext = createContext<CartServices | null>(null);

interface CartProviderProps {
  readonly services: CartServices;
  readonly children?: ReactNode;
}

/** Around the components that use Apollo's hooks or those of this folder. */
export function CartProvider({ services, children }: CartProviderProps) {
  const held = createElement(HeldCartProvider, { services }, children);
  return createElement(ApolloProvider, {
    client: services.client.apollo,
    children: createElement(ServicesContext, { value: services }, held),
  });
}

/** One query and one subscription serve all components. */
function HeldCartProvider({ services, children }: CartProviderProps) {
  return createElement(CartInUseContext, { value: useHeldCart(services) }, children);
}

/** @throws Error outside of <CartProvider> */
export function useCartServices(): CartServices {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('There is no <CartProvider> around this component');
  return services;
}
