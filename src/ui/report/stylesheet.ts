// The look of the page: light and dark, wide and narrow, screen and paper. Constant text, no data.
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --ink: #1c2330; --soft: #5b6576; --line: #c9d0db;
  --good: #116a38; --good-ground: #e3f4e9; --bad: #b3142b; --bad-ground: #fdebed; --accent: #2457c5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10141b; --paper: #181e28; --ink: #e8ecf3; --soft: #a0abbc; --line: #3a4454;
    --good: #6fd598; --good-ground: #14301f; --bad: #ff8f9c; --bad-ground: #3a171d; --accent: #8db1ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere;
}
h1, h2, p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: inherit; }
.mono { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .94em; }
.inner, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding: 1.75rem 0 1.5rem; border-bottom: 1px solid var(--line); }
header.good { background: var(--good-ground); }
header.bad { background: var(--bad-ground); }
header h1 { font-size: 2rem; line-height: 1.2; }
header.good h1 { color: var(--good); }
header.bad h1 { color: var(--bad); }
.cluster, .legend, .label, dt, footer, .empty { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 2rem; }
dl.facts { margin-top: 1rem; }
dt { font-size: .8rem; }
section { margin-top: 2rem; }
h2 { font-size: 1.25rem; margin-bottom: .5rem; }
.legend { margin-bottom: 1rem; max-width: 46rem; }

.finding { background: var(--paper); border: 1px solid var(--line); border-left: .3rem solid var(--bad);
  border-radius: .5rem; padding: .75rem 1rem; margin-bottom: .75rem; }
.finding > span { scroll-margin-top: 2rem; }
.finding:has(:target) { outline: 3px solid var(--bad); }
.tags { display: flex; flex-wrap: wrap; gap: .4rem; margin-bottom: .35rem; }
.tag { font-size: .8rem; font-weight: 600; color: var(--bad); background: var(--bad-ground);
  border-radius: 1rem; padding: .05rem .6rem; }
.tag.place { color: var(--ink); background: var(--ground); }
.message { font-weight: 600; }
.also, .hint { color: var(--soft); }
.hint b { color: var(--ink); }
.difference { display: flex; flex-wrap: wrap; gap: .25rem 2rem; margin: .4rem 0; }
.finding pre { white-space: pre-wrap; margin: .4rem 0; }
.warnings li { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem;
  padding: .5rem 1rem; margin-bottom: .5rem; }

.address { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem;
  margin-bottom: 1rem; display: grid; grid-template-columns: 12rem 1fr; }
.box { display: flex; flex-direction: column; border: 1.5px solid var(--line); border-radius: .5rem;
  padding: .5rem .75rem; background: var(--paper); font-size: .9rem; line-height: 1.4; min-width: 0; }
.box strong { font-size: 1rem; }
.label { font-size: .75rem; }
.source { align-self: center; border-color: var(--accent); border-width: 2px; }
.source strong { font-size: 1.1rem; color: var(--accent); }
.source.bad { border-color: var(--bad); background: var(--bad-ground); }
.source.bad strong { color: var(--bad); }
.service { color: var(--soft); }
.lane { position: relative; padding: .5rem 0 .5rem 2rem; display: grid; align-items: center;
  grid-template-columns: minmax(9rem, 1.1fr) 2rem minmax(9rem, 1fr) 2rem minmax(12rem, 1.5fr); }
.lane::before, .lane::after { content: ""; position: absolute; left: 0; border: 0 solid var(--line); }
.lane::before { top: 50%; width: 2rem; border-top-width: 2px; }
.lane::after { left: 1rem; top: 0; bottom: 0; border-left-width: 2px; }
.lane::before { left: 0; }
.lane:first-child::after { top: 50%; }
.lane:last-child::after { bottom: calc(50% - 2px); }
.lane:not(:only-child)::before { left: 1rem; width: 1rem; }
.lanes { position: relative; align-self: center; }
.lanes:has(> :nth-child(2))::before { content: ""; position: absolute; left: 0; top: 50%; width: 1rem;
  border-top: 2px solid var(--line); }
.arrow { display: block; fill: none; stroke: var(--line); stroke-width: 2; margin: auto; }
.pods { display: grid; gap: .4rem; }
.pod .facts { display: inline; color: var(--soft); font-size: .85rem; }
.pod .facts b { color: var(--ink); }
.faint, .faint .facts b { color: var(--soft); }
.gone { border-style: dashed; }
.lane.bad > .nodes, .lane.bad > .server.gone, .pod.bad { border-color: var(--bad); }
.lane.bad > .server.gone strong, .pod.bad strong { color: var(--bad); }
.pod.bad { background: var(--bad-ground); }
.lane.bad .arrow { stroke: var(--bad); }
.mark { color: var(--bad); font-weight: 600; font-size: .85rem; }

table { width: 100%; border-collapse: collapse; background: var(--paper); border: 1px solid var(--line); font-size: .9rem; }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 500; font-size: .8rem; }
tr.bad td:last-child { color: var(--bad); font-weight: 600; }
tr.good td:last-child { color: var(--good); font-weight: 600; }
footer { margin-top: 2rem; padding-bottom: 2rem; font-size: .85rem; }

@media (max-width: 60rem) {
  .address { grid-template-columns: 1fr; padding: .9rem; }
  .lane { grid-template-columns: 1fr; padding: .75rem 0 0 1.5rem; gap: .3rem; }
  .lane::before, .lane:not(:only-child)::before { top: 2.5rem; left: .5rem; width: 1rem; }
  .lane::after, .lane:first-child::after { left: .5rem; top: 0; bottom: 0; }
  .lane:last-child::after { bottom: auto; height: 2.5rem; }
  .lanes::before { display: none; }
  .arrow { transform: rotate(90deg); margin: .35rem 0 .35rem 1rem; }
  table, tbody, tr, th, td { display: block; }
  thead { display: none; }
  tr { padding: .6rem .9rem; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; }
  th, td { border: 0; padding: .1rem 0; }
  td { display: flex; gap: 1rem; justify-content: space-between; }
  td::before { content: attr(data-label); color: var(--soft); flex: none; }
  tbody th { font-size: 1rem; }
}
@media print {
  body { background: #fff; }
  .finding, .address { break-inside: avoid; }
}
`;
