// What the artwork shows: places as a map-maker sees them, on a sheet of 320 × 240.
import type { ReactNode } from 'react';
import type { Palette } from './palettes.ts';
import { around, closedCurve, levelCurve } from './paths.ts';
import type { SeededRandom } from './random.ts';

export type Motif = (random: SeededRandom, palette: Palette) => ReactNode;

const width = 320;
const height = 240;
const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
const bumpsOf = (random: SeededRandom, count: number, roughness: number) =>
  indexes(count).map(() => 1 + random.between(-roughness, roughness));

const dunes: Motif = (random, { ground, shades, spot }) => {
  const sun = { x: random.between(60, 260), y: random.between(45, 85), r: random.between(20, 40) };
  return (
    <>
      <rect width={width} height={height} fill={ground} />
      <circle cx={sun.x} cy={sun.y} r={sun.r} fill={spot} />
      {shades.map((shade, layer) => {
        const level = 96 + layer * 34;
        const crest = indexes(5).map(
          (step) => [step * 80, level + random.between(-26, 26)] as const,
        );
        return <path key={shade} d={`${levelCurve(crest)}V${height}H0Z`} fill={shade} />;
      })}
    </>
  );
};

const contours: Motif = (random, { ground, shades, spot }) => {
  const bumps = bumpsOf(random, 9, 0.24);
  const centre = [random.between(120, 200), random.between(95, 145)] as const;
  const drift = [random.between(-7, 7), random.between(-6, 6)] as const;
  const rings = indexes(7);
  return (
    <>
      <rect width={width} height={height} fill={ground} />
      {rings.map((ring) => {
        const middle = [centre[0] + drift[0] * ring, centre[1] + drift[1] * ring] as const;
        const fill = shades[Math.min(Math.floor(ring / 2), shades.length - 1)];
        const d = closedCurve(around(middle, 190 - ring * 27, bumps, 0.82));
        return (
          <path
            key={ring}
            d={d}
            fill={fill}
            stroke={ground}
            strokeWidth="1.5"
            strokeOpacity="0.55"
          />
        );
      })}
      <path
        d={`M${centre[0] + drift[0] * 6} ${centre[1] + drift[1] * 6 - 8}l8 14h-16z`}
        fill={spot}
      />
    </>
  );
};

const fields: Motif = (random, { ground, shades, spot }) => {
  const tilt = random.between(-24, 24);
  const columns = indexes(7);
  const marked = Math.floor(random.between(8, 26));
  let plot = 0;
  return (
    <>
      <rect width={width} height={height} fill={ground} />
      <g transform={`rotate(${Math.round(tilt)} 160 120)`}>
        {columns.map((column) => {
          let y = -90 - random.between(0, 40);
          return indexes(7).map((row) => {
            const tall = random.between(40, 84);
            const place = { x: -60 + column * 64, y };
            y += tall + 4;
            plot += 1;
            const fill = plot === marked ? spot : random.pick(shades);
            const furrows = random.next() < 0.4;
            return (
              <g key={row}>
                <rect {...place} width="60" height={tall} rx="3" fill={fill} />
                {furrows && (
                  <path
                    d={indexes(5)
                      .map((line) => `M${place.x + 8 + line * 11} ${place.y + 6}v${tall - 12}`)
                      .join('')}
                    stroke={ground}
                    strokeWidth="1.5"
                    strokeOpacity="0.4"
                  />
                )}
              </g>
            );
          });
        })}
      </g>
    </>
  );
};

const river: Motif = (random, { ground, shades: [far, middle, near], spot }) => {
  const course = indexes(5).map(
    (step) => [-30 + step * 95, 120 + (step % 2 ? 1 : -1) * random.between(12, 52)] as const,
  );
  const d = levelCurve(course);
  const trees = indexes(22).map(() => [random.between(8, 312), random.between(8, 232)] as const);
  return (
    <>
      <rect width={width} height={height} fill={far} />
      {trees.map(([x, y], index) => (
        <circle key={index} cx={x} cy={y} r={random.between(4, 10)} fill={middle} />
      ))}
      <path d={d} fill="none" stroke={near} strokeWidth="58" strokeLinecap="round" />
      <path d={d} fill="none" stroke={ground} strokeWidth="38" strokeLinecap="round" />
      <path
        d={d}
        fill="none"
        stroke={spot}
        strokeWidth="2.5"
        strokeDasharray="10 14"
        strokeLinecap="round"
      />
    </>
  );
};

const islands: Motif = (random, { ground, shades: [far, middle, near], spot }) => (
  <>
    <rect width={width} height={height} fill={ground} />
    {indexes(6).map((line) => (
      <path
        key={line}
        d={`M${random.between(0, 280)} ${20 + line * 40}q7-7 14 0t14 0t14 0`}
        fill="none"
        stroke={far}
        strokeWidth="2"
        strokeLinecap="round"
      />
    ))}
    {[0, 1, 2].map((island) => {
      const bumps = bumpsOf(random, 8, 0.28);
      const centre = [60 + island * 100, random.between(70, 170)] as const;
      const radius = random.between(36, 66);
      return (
        <g key={island}>
          <path d={closedCurve(around(centre, radius + 9, bumps))} fill={far} />
          <path d={closedCurve(around(centre, radius, bumps))} fill={middle} />
          <path d={closedCurve(around(centre, radius * 0.56, bumps))} fill={near} />
          {island === 1 && <circle cx={centre[0]} cy={centre[1]} r="6" fill={spot} />}
        </g>
      );
    })}
  </>
);

const terraces: Motif = (random, { ground, shades, spot }) => {
  const size = 80;
  return (
    <>
      <rect width={width} height={height} fill={ground} />
      {indexes(12).map((tile) => {
        const [x, y] = [(tile % 4) * size, Math.floor(tile / 4) * size];
        const turn = Math.floor(random.next() * 4) * 90;
        const isSpot = random.next() < 0.12;
        return (
          <g key={tile} transform={`rotate(${turn} ${x + 40} ${y + 40}) translate(${x} ${y})`}>
            {shades.map((shade, ring) => {
              const r = size - ring * 24;
              return <path key={shade} d={`M0 0H${r}A${r} ${r} 0 0 1 0 ${r}Z`} fill={shade} />;
            })}
            {isSpot && <path d="M0 0H18A18 18 0 0 1 0 18Z" fill={spot} />}
          </g>
        );
      })}
    </>
  );
};

export const motifs: readonly [Motif, ...Motif[]] = [
  dunes,
  contours,
  fields,
  river,
  islands,
  terraces,
];
