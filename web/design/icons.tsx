// The icons, drawn on one 20 × 20 grid. Each is decoration: the text beside it, or the label of its
// button, tells what it stands for.

const shapes = {
  cart: (
    <>
      <path d="M2.5 3.5h2l1.9 9h8l1.8-6.5H5.2" />
      <circle cx="7.6" cy="16" r="1" />
      <circle cx="13.4" cy="16" r="1" />
    </>
  ),
  search: (
    <>
      <circle cx="8.8" cy="8.8" r="5" />
      <path d="m12.6 12.6 4 4" />
    </>
  ),
  close: <path d="m5 5 10 10M15 5 5 15" />,
  plus: <path d="M10 4.5v11M4.5 10h11" />,
  minus: <path d="M4.5 10h11" />,
  check: <path d="m4.5 10.5 3.6 3.7 7.4-8" />,
  alert: (
    <>
      <path d="M10 3 18 16.5H2z" />
      <path d="M10 8.2v3.6M10 14.2v.1" />
    </>
  ),
  info: (
    <>
      <circle cx="10" cy="10" r="7.2" />
      <path d="M10 9.2v4.3M10 6.4v.1" />
    </>
  ),
  history: (
    <>
      <path d="M3.2 9a6.9 6.9 0 1 1 .6 4M3 5v4h4" />
      <path d="M10 6.2V10l2.6 1.8" />
    </>
  ),
  person: (
    <>
      <circle cx="10" cy="7" r="3.2" />
      <path d="M3.8 17c.6-3.4 3-5.2 6.2-5.2s5.6 1.8 6.2 5.2" />
    </>
  ),
  sun: (
    <>
      <circle cx="10" cy="10" r="3.2" />
      <path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4" />
    </>
  ),
  moon: <path d="M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z" />,
  trash: <path d="M4 5.5h12M8 5.5V3.8h4v1.7M5.5 5.5l.8 11h7.4l.8-11M8.5 8.8v4.7M11.5 8.8v4.7" />,
  leave: <path d="M8.5 3.5h-4v13h4M12.5 6.5 16 10l-3.5 3.5M16 10H8.5" />,
  tag: (
    <>
      <path d="M3 3.5h6.5l7.5 7.5-6 6L3 9.5z" />
      <circle cx="6.8" cy="7.2" r="1" />
    </>
  ),
  truck: (
    <>
      <path d="M2 5h9.5v9H2zM11.5 8h3.7L18 11v3h-6.5" />
      <circle cx="6" cy="15" r="1.5" />
      <circle cx="14.5" cy="15" r="1.5" />
    </>
  ),
  back: <path d="m12.5 4.5-5.5 5.5 5.5 5.5" />,
  first: <path d="m14.5 4.5-5.5 5.5 5.5 5.5M5.5 4.5v11" />,
  last: <path d="m5.5 4.5 5.5 5.5-5.5 5.5M14.5 4.5v11" />,
  link: (
    <>
      <path d="M8.3 11.7a3.2 3.2 0 0 0 4.6 0l2.7-2.7a3.25 3.25 0 0 0-4.6-4.6l-1 1" />
      <path d="M11.7 8.3a3.2 3.2 0 0 0-4.6 0L4.4 11A3.25 3.25 0 0 0 9 15.6l1-1" />
    </>
  ),
  chevron: <path d="m7.5 4.5 5.5 5.5-5.5 5.5" />,
  chart: <path d="M3 3v14h14M6.5 13l3-4 2.8 2.3L16.5 6" />,
  window: (
    <>
      <path d="M3 6.5h9.5V16H3z" />
      <path d="M7.5 6.5V4H17v9.5h-4.5" />
    </>
  ),
  gauge: (
    <>
      <path d="M3.5 15a7.5 7.5 0 1 1 13 0" />
      <path d="m10 11.5 3.2-4" />
      <circle cx="10" cy="12" r="1" />
    </>
  ),
  layers: <path d="m10 3 7 3.7-7 3.7-7-3.7zM3 10.2l7 3.7 7-3.7M3 13.6l7 3.7 7-3.7" />,
  bolt: <path d="M11.2 2.8 4.5 11.3h4.6l-.6 5.9 7-9h-4.8z" />,
  list: <path d="M7.5 5h9.5M7.5 10h9.5M7.5 15h9.5M3.5 5h.1M3.5 10h.1M3.5 15h.1" />,
  eye: (
    <>
      <path d="M2 10c2-3.6 4.7-5.4 8-5.4s6 1.8 8 5.4c-2 3.6-4.7 5.4-8 5.4S4 13.6 2 10z" />
      <circle cx="10" cy="10" r="2.3" />
    </>
  ),
  ticket: (
    <>
      <path d="M2.5 5.5h15v3a1.6 1.6 0 0 0 0 3.2v3h-15v-3a1.6 1.6 0 0 0 0-3.2z" />
      <path d="M12 5.8v1.5M12 9.3v1.5M12 12.8v1.5" />
    </>
  ),
  box: <path d="m10 2.8 6.8 3.6v7.2L10 17.2l-6.8-3.6V6.4zM3.3 6.5 10 10l6.7-3.5M10 10v7" />,
  percent: (
    <>
      <path d="M15.5 4.5l-11 11" />
      <circle cx="6" cy="6" r="2.2" />
      <circle cx="14" cy="14" r="2.2" />
    </>
  ),
  globe: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M3 10h14M10 3c2.4 2.1 3.4 4.4 3.4 7s-1 4.9-3.4 7c-2.4-2.1-3.4-4.4-3.4-7s1-4.9 3.4-7z" />
    </>
  ),
  menu: <path d="M3 5.5h14M3 10h14M3 14.5h14" />,
  pause: <path d="M7 4.5v11M13 4.5v11" />,
  play: <path d="M6.5 4.2v11.6l9-5.8z" />,
  undo: <path d="M7 4 3.5 7.5 7 11M3.8 7.5h8a4.6 4.6 0 0 1 0 9.2H8" />,
  away: (
    <>
      <path d="M2.8 7.6a11 11 0 0 1 4-2.5M17.2 7.6a11 11 0 0 0-7-3.3M5.5 10.7a7 7 0 0 1 3-1.9M14.5 10.7a7 7 0 0 0-2-1.4M10 15.4v.1" />
      <path d="m3 3 14 14" />
    </>
  ),
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  );
}
