// The places where a whole shop is played: one instance on the embedded default, two instances that
// share a log and a Postgres, and a real server that TEST_EVENTSTORE_URL names. People talk to the
// instances of a site in turn, over HTTP and websockets alone.
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { namedServers } from '../../../embedded-node/test/contract/real-server.js';
import * as documents from '../../../schema/generated/graphql.js';
import type { Role } from '../../../src/tokens/sign-in.js';
import { Cleanup, startTestNode } from '../../event-store/nodes.js';
import { describeOnPostgres, sharedPostgres } from '../../read-models/databases.js';
import { useNamedServer } from '../event-logs.js';
import { ServiceProcess } from '../service.js';
import { type Answer, Shopper } from '../shopper.js';

type Settings = Readonly<Record<string, string>>;

/** The instances of one shop. */
export type Site = readonly ServiceProcess[];

/** Declares the suite once for each site, which its tests share. */
export function onEverySite(settings: Settings, suite: (site: () => Site) => void): void {
  describe('one instance on the embedded default', () => {
    shared(suite, async () => [await ServiceProcess.start(settings)]);
  });
  describeOnPostgres('two instances on one Postgres', () => {
    const newDatabase = sharedPostgres();
    shared(suite, async (cleanup) => {
      const { connectionString } = await startTestNode(cleanup);
      const ofBoth = {
        EVENTSTORE_URL: connectionString,
        DATABASE_URL: await newDatabase(),
        CART_TOKEN_SECRET: 'the same for all instances of a shop',
        ...settings,
      };
      return [await ServiceProcess.start(ofBoth), await ServiceProcess.start(ofBoth)];
    });
  });
  for (const { name, connectionString } of namedServers) {
    describe(`one instance on ${name}`, () => {
      shared(suite, async () => {
        const log = await useNamedServer(connectionString);
        return [await ServiceProcess.start({ ...log.settings, ...settings })];
      });
    });
  }
  if (namedServers.length === 0) {
    test.skip('one instance on a real server, because TEST_EVENTSTORE_URL names none', () =>
      undefined);
  }
}

function shared(
  suite: (site: () => Site) => void,
  start: (cleanup: Cleanup) => Promise<Site>,
): void {
  const cleanup = new Cleanup();
  let site: Site = [];
  beforeAll(async () => {
    site = await start(cleanup);
  }, 60_000);
  suite(() => site);
  afterAll(async () => {
    for (const instance of site) await instance.remove();
    await cleanup.run();
  });
}

interface Opened {
  readonly cartId: string;
  readonly cartToken: string;
  readonly holder: Person;
}

/** Somebody who is served by one instance after the other. */
export class Person {
  private turns = 0;

  private constructor(private readonly shoppers: readonly Shopper[]) {}

  static guest(site: Site): Person {
    return new Person(site.map((instance) => new Shopper(instance)));
  }

  /** Signs in at each instance, as the page of the development sign-in does. */
  static async signedIn(site: Site, role: Role, subject: string): Promise<Person> {
    const shoppers = site.map(async (instance) => {
      const response = await fetch(`${instance.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ subject, role }),
      });
      const { token } = (await response.json()) as { readonly token: string };
      const headers = {
        authorization: `Bearer ${token}`,
        'x-access-reason': 'accounts of the day',
      };
      return new Shopper(instance, headers);
    });
    return new Person(await Promise.all(shoppers));
  }

  holding(cartToken: string): Person {
    return new Person(this.shoppers.map((shopper) => shopper.holding(cartToken)));
  }

  /** The data of an answer that must have no errors. */
  ask<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    return this.next().ask(document, variables);
  }

  answer<Result, Variables>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): Promise<Answer<Result>> {
    return this.next().answer(document, variables);
  }

  subscribe<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
  ): AsyncGenerator<Result, undefined> {
    return this.next().subscribe(document, variables);
  }

  async open(): Promise<Opened> {
    const { openCart } = await this.ask(documents.OpenCartDocument, { input: {} });
    const { cart, cartToken } = openCart;
    if (cart == null || cartToken == null) throw new Error(JSON.stringify(openCart));
    return { cartId: cart.id, cartToken, holder: this.holding(cartToken) };
  }

  private next(): Shopper {
    const shopper = this.shoppers[this.turns % this.shoppers.length];
    this.turns += 1;
    if (shopper === undefined) throw new RangeError('The site has no instance');
    return shopper;
  }
}
