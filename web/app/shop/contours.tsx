// Height lines behind the introduction.
import { around, closedCurve } from '../artwork/paths.ts';
import { SeededRandom } from '../artwork/random.ts';

const random = new SeededRandom('cartograph');
const bumps = Array.from({ length: 11 }, () => random.between(0.78, 1.2));
const rings = Array.from({ length: 13 }, (_, ring) =>
  closedCurve(around([880 + ring * 7, 210 - ring * 4], 560 - ring * 42, bumps, 0.72)),
);

export function Contours() {
  return (
    <svg
      className="contours"
      viewBox="0 0 1200 420"
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      {rings.map((d) => (
        <path key={d} d={d} fill="none" stroke="currentColor" strokeWidth="1.2" />
      ))}
    </svg>
  );
}
