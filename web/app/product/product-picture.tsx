// A product's own image where it has one that loads, else its artwork.
import { useState } from 'react';
import type { ProductFieldsFragment } from '../../../schema/generated/graphql.ts';
import { Artwork } from '../artwork/artwork.tsx';

type Pictured = Pick<ProductFieldsFragment, 'sku' | 'imageUrl'>;

export function ProductPicture({ product: { sku, imageUrl } }: { readonly product: Pictured }) {
  const [failed, setFailed] = useState<string | null>(null);
  if (imageUrl === null || imageUrl === failed) return <Artwork sku={sku} />;
  return (
    <img
      className="artwork"
      src={imageUrl}
      alt=""
      loading="lazy"
      onError={() => setFailed(imageUrl)}
    />
  );
}
