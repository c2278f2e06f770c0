// Plants in claims: what becomes of a guest's cart when its customer signs in.
import type { ShopCommands } from '../../../src/service/shop-commands.js';
import { noPlant, type Plant } from './plant.js';

type Merges = ReturnType<ShopCommands['merges']>;
type CarryOut = Merges['carryOut'];

/** Carts are claimed in every run. */
const ofMerges = (name: string, plant: (carryOut: CarryOut) => CarryOut): Plant => ({
  ...noPlant,
  name,
  scenario: { hasClaims: true },
  commands: (commands) => {
    const merges = commands.merges.bind(commands);
    return Object.assign(commands, {
      merges: (limits: Parameters<typeof merges>[0]) => {
        const made = merges(limits);
        return Object.assign(made, { carryOut: plant(made.carryOut.bind(made)) });
      },
    });
  },
});

const keepsTheCustomers = ofMerges(
  "keeps the customer's lines where both were to stay",
  (carryOut) => (merge) => carryOut({ ...merge, strategy: 'CUSTOMER' }),
);

/** As the cart was before the last change of it, which another instance may have stored. */
const mergesOldCarts = ofMerges(
  'merges a cart as it was before its last change',
  (carryOut) => (merge) => {
    const fromRevision = merge.fromRevision - 2;
    return carryOut(fromRevision < 0 ? merge : { ...merge, fromRevision });
  },
);

export const claimPlants: readonly Plant[] = [keepsTheCustomers, mergesOldCarts];
