// Style and script of the report's page. The page is one file without network access, supports
// light, dark and print, and sorts its tables on request. It is complete without the script.

export const STYLE = `
/* The colours of web/design/tokens.css. */
:root { color-scheme: light dark; --ink: #14342b; --soft: #4b6057; --paper: #faf7f0; --card: #fffdf8;
  --line: #e2dbca; --accent: #8a5013; --owed: #a23123; --gain: #1f6a4b; }
@media (prefers-color-scheme: dark) { :root { --ink: #efe9da; --soft: #a9baaf; --paper: #0e1a16;
  --card: #15241e; --line: #2a3d34; --accent: #e9b872; --owed: #f0917f; --gain: #7fcba4; } }
* { box-sizing: border-box; }
body { background: var(--paper); color: var(--ink); margin: 0;
  font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { margin: 0 auto; max-width: 1080px; padding: 56px 24px 80px; }
.kicker { color: var(--accent); font-size: 13px; font-weight: 600; letter-spacing: .08em;
  margin: 0; text-transform: uppercase; }
h1, h2 { font-family: Georgia, 'Times New Roman', serif; font-weight: 560; }
h1 { font-size: 36px; letter-spacing: -.02em; line-height: 1.15; margin: 8px 0 12px; text-wrap: balance; }
a { color: inherit; text-underline-offset: .2em; }
h2 { font-size: 21px; margin: 44px 0 12px; }
.facts { color: var(--soft); margin: 0; }
.cards { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr));
  margin: 32px 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; }
.card b { display: block; font: 560 25px/1.3 Georgia, 'Times New Roman', serif; font-variant-numeric: tabular-nums; letter-spacing: -.01em; }
.card span { color: var(--soft); }
.scroll { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 9px 14px; text-align: left; vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
th { color: var(--soft); font-size: 13px; font-weight: 600; white-space: nowrap; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
th[aria-sort='ascending'] button::after { content: ' ↑'; }
th[aria-sort='descending'] button::after { content: ' ↓'; }
.number { text-align: right; white-space: nowrap; }
.less { color: var(--owed); } .more { color: var(--gain); }
code { font: 12.5px/1.5 ui-monospace, 'SF Mono', Consolas, monospace; overflow-wrap: anywhere; }
.tag { border: 1px solid var(--line); border-radius: 99px; font-size: 12px; padding: 1px 9px; white-space: nowrap; }
details { margin-top: 4px; } summary { color: var(--soft); cursor: pointer; }
.parts { margin: 8px 0 4px; padding: 0; list-style: none; }
.parts li { border-left: 3px solid var(--line); margin: 4px 0; padding-left: 10px; }
.parts li.was { border-color: var(--owed); } .parts li.is { border-color: var(--gain); }
.columns { display: grid; gap: 0 28px; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); }
footer { color: var(--soft); margin-top: 48px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 28px 16px 48px; }
  h1 { font-size: 28px; }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; }
  .card { padding: 12px 14px; } .card b { font-size: 19px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  th, td { font-size: 13px; padding: 8px 6px; }
  th:first-child, td:first-child { padding-left: 12px; }
  th:last-child, td:last-child { padding-right: 12px; }
  .carts .wide { display: none; }
  .carts td:first-child { max-width: 30vw; }
}
@media print { :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb;
  --owed: #8a1c10; --gain: #14573f; }
  main { max-width: none; padding: 0; } .card, .scroll { break-inside: avoid-page; }
  tr { break-inside: avoid; } details > :not(summary) { display: none; } }
`;

export const SCRIPT = `
for (const table of document.querySelectorAll('table')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const ascending = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const isNumber = head.classList.contains('number');
      const order = (a, b) => isNumber ? key(a) - key(b) : key(a).localeCompare(key(b));
      const rows = [...table.tBodies[0].rows].sort(order);
      table.tBodies[0].append(...(ascending ? rows : rows.reverse()));
    });
  });
}
`;
