// A product's picture, drawn from its SKU: a small map of a place that exists nowhere else.
import { memo } from 'react';
import { motifs } from './motifs.tsx';
import { palettes } from './palettes.ts';
import { SeededRandom } from './random.ts';

export const Artwork = memo(function Artwork({ sku }: { readonly sku: string }) {
  const random = new SeededRandom(sku);
  const palette = random.pick(palettes);
  const motif = random.pick(motifs);
  return (
    <svg
      className="artwork"
      viewBox="0 0 320 240"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      {motif(random, palette)}
    </svg>
  );
});
