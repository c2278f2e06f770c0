// The places of the operations board. A place is in the navigation when it has a page: a file
// `<key>/<key>-page.tsx` beside this one, loaded when it is opened.
import { lazy, type ComponentType } from 'react';
import type { IconName } from '../../design/icons.tsx';
import { operationsTexts } from './texts.ts';

type PlaceKey = keyof typeof operationsTexts.places;

interface Place {
  readonly key: PlaceKey;
  readonly icon: IconName;
}

const groups: readonly {
  readonly key: keyof typeof operationsTexts.groups;
  readonly places: readonly Place[];
}[] = [
  {
    key: 'machine',
    places: [
      { key: 'overview', icon: 'gauge' },
      { key: 'projections', icon: 'layers' },
      { key: 'replays', icon: 'history' },
      { key: 'reactions', icon: 'bolt' },
      { key: 'webhooks', icon: 'link' },
    ],
  },
  {
    key: 'shop',
    places: [
      { key: 'sales', icon: 'chart' },
      { key: 'carts', icon: 'cart' },
      { key: 'orders', icon: 'truck' },
      { key: 'catalogue', icon: 'tag' },
      { key: 'coupons', icon: 'ticket' },
      { key: 'stock', icon: 'box' },
      { key: 'tax', icon: 'percent' },
      { key: 'shipping', icon: 'globe' },
    ],
  },
  {
    key: 'log',
    places: [
      { key: 'events', icon: 'list' },
      { key: 'access', icon: 'eye' },
    ],
  },
];

const files = import.meta.glob<{ readonly default: ComponentType }>('./*/*-page.tsx');

const fileOf = ({ key }: Place) => files[`./${key}/${key}-page.tsx`];

export const shownGroups = groups
  .map(({ key, places }) => ({
    title: operationsTexts.groups[key],
    places: places.flatMap((place) => {
      const load = fileOf(place);
      if (load === undefined) return [];
      const { key: name, icon } = place;
      // The board itself stands for its overview.
      const path = name === 'overview' ? '' : name;
      return [{ path, icon, title: operationsTexts.places[name], Page: lazy(load) }];
    }),
  }))
  .filter(({ places }) => places.length > 0);

export const shownPlaces = shownGroups.flatMap(({ places }) => places);

export const addressOf = ({ path }: { readonly path: string }): string =>
  path === '' ? '/ops' : `/ops/${path}`;
