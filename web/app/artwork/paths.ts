// Paths with soft corners, for the artwork.

type Point = readonly [number, number];

const round = (value: number) => Math.round(value * 10) / 10;
const at = ([x, y]: Point) => `${round(x)} ${round(y)}`;

/** A closed curve through all points: Catmull-Rom as Bézier curves. */
export function closedCurve(points: readonly Point[]): string {
  const point = (index: number): Point => points[(index + points.length) % points.length] ?? [0, 0];
  const curves = points.map((_, index) => {
    const [before, from, to, after] = [-1, 0, 1, 2].map((step) => point(index + step)) as [
      Point,
      Point,
      Point,
      Point,
    ];
    const leave: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const arrive: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    return `C${at(leave)} ${at(arrive)} ${at(to)}`;
  });
  return `M${at(point(0))}${curves.join('')}Z`;
}

/** An open curve with level ends between two points. */
export function levelCurve(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (first === undefined) return '';
  let before = first;
  const curves = others.map((to) => {
    const middle = (before[0] + to[0]) / 2;
    const curve = `C${at([middle, before[1]])} ${at([middle, to[1]])} ${at(to)}`;
    before = to;
    return curve;
  });
  return `M${at(first)}${curves.join('')}`;
}

/** The points of a shape around a centre; `bumps` are factors of its radius. */
export function around(
  [x, y]: Point,
  radius: number,
  bumps: readonly number[],
  flatness = 1,
): Point[] {
  return bumps.map((bump, index) => {
    const angle = (index / bumps.length) * 2 * Math.PI;
    const distance = radius * bump;
    return [x + Math.cos(angle) * distance, y + Math.sin(angle) * distance * flatness];
  });
}
