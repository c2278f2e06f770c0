// The colours of the artwork: those of old maps, in the family of the shop's green and amber.

export interface Palette {
  readonly ground: string;
  /** From far to near. */
  readonly shades: readonly [string, string, string];
  readonly spot: string;
}

export const palettes: readonly [Palette, ...Palette[]] = [
  { ground: '#f1e4c8', shades: ['#b9c9a4', '#5f8a6d', '#1f4a3c'], spot: '#d98a3a' },
  { ground: '#dfe7dc', shades: ['#9cb8a8', '#52796b', '#223f39'], spot: '#e6b36b' },
  { ground: '#f6dfc4', shades: ['#e8b27c', '#c4763d', '#7a3e22'], spot: '#2d5a4a' },
  { ground: '#d7e5e8', shades: ['#93b7bd', '#4d8088', '#1f4a55'], spot: '#e2a14d' },
  { ground: '#efe0d6', shades: ['#d6a99a', '#a8655a', '#5c2f33'], spot: '#e8c07a' },
  { ground: '#e9e4d0', shades: ['#cfc08e', '#98894f', '#54512a'], spot: '#b4552f' },
  { ground: '#e2dfea', shades: ['#b3aac8', '#746a95', '#3b3558'], spot: '#e3a95c' },
  { ground: '#1f4237', shades: ['#3f6f5c', '#7fa387', '#d8cf9f'], spot: '#e79a45' },
];
