#include "fairline/training/report_page/style.h"

namespace fairline {

const std::string_view kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #1b1f24; --soft: #59636e; --rule: #d5dae0;
  --good: #0072b2; --bad: #c2500a; --note: #fff6e5; --note-rule: #d98a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --panel: #1d2127; --ink: #e8eaed; --soft: #a3acb6; --rule: #363c45;
    --good: #5db5ea; --bad: #f39c52; --note: #2b2413; --note-rule: #d9a13a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 64rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { margin: 0; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--ink); font-size: 1.35rem; }
h3 { margin: 0 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
a { color: var(--good); }
.kicker { margin: 0; color: var(--soft); font-weight: 600; }
.meta { color: var(--soft); overflow-wrap: anywhere; }
nav { margin: 1rem 0 1.5rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.tile { padding: .75rem 1rem; background: var(--panel); border-radius: 6px; }
.tile b { display: block; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile .what { display: block; font-size: .9rem; font-weight: 600; }
.tile .more { font-size: .85rem; color: var(--soft); }
.plain dt { font-weight: 600; }
.plain dd { margin: 0 0 .75rem; max-width: 46rem; }
.note { margin: 1rem 0; padding: .6rem 1rem; background: var(--note); border-left: 4px solid var(--note-rule); max-width: none; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.75rem 2rem; margin: 1rem 0; }
figure { margin: 0; display: flex; flex-direction: column; }
figcaption p, .charts > div p { font-size: .92rem; margin-bottom: .5rem; }
figure svg { display: block; width: 100%; height: auto; margin-top: auto; }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink); }
svg text.tick { fill: var(--soft); font-size: 12px; }
svg text.title { fill: var(--soft); font-size: 12.5px; }
svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg text.good { fill: var(--good); font-weight: 600; }
svg text.bad { fill: var(--bad); font-weight: 600; }
svg text.chosen { font-weight: 700; }
svg text.faint { fill: var(--soft); }
.grid { stroke: var(--rule); stroke-width: 1; fill: none; }
.axis { stroke: var(--soft); stroke-width: 1; fill: none; }
.line { fill: none; stroke: var(--ink); stroke-width: 2; stroke-linejoin: round; }
.line.good { stroke: var(--good); }
.line.bad { stroke: var(--bad); }
.line.faint { stroke: var(--soft); stroke-width: 1.25; stroke-dasharray: 5 4; }
.area { fill: var(--good); fill-opacity: .3; stroke: none; }
.area.bad { fill: var(--bad); }
.fill { fill: var(--ink); }
.fill.good, .bar .good { fill: var(--good); background: var(--good); }
.fill.bad, .bar .bad { fill: var(--bad); background: var(--bad); }
.fill.faint { fill: var(--soft); }
.table { overflow-x: auto; margin-bottom: 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
.caption { margin: 1.25rem 0 .35rem; font-weight: 600; font-size: .9rem; }
.charts .caption { margin-top: 0; }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th[scope=row] { font-weight: 400; min-width: 5.5rem; }
th[scope=row]:has(small) { min-width: 9rem; }
th small, td small { display: block; max-width: 34rem; font-size: .85rem; font-weight: 400; color: var(--soft); }
td:not(.figure) { min-width: 9rem; }
td:not(.figure), thead th:not(.figure):not(:first-child) { padding-left: 1rem; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
.figure { text-align: right; white-space: nowrap; }
tr.chosen > * { font-weight: 700; }
.bar { display: inline-block; width: calc(100% - 4.5rem); min-width: 3rem; height: .7rem; vertical-align: baseline; }
.bar span { display: block; height: 100%; min-width: 1px; border-radius: 1px; }
.amount { display: inline-block; width: 4rem; padding-left: .5rem; }
.wide td { width: 36%; }
.wide th { overflow-wrap: anywhere; }
details { margin: .5rem 0 1rem; }
summary { cursor: pointer; color: var(--good); font-size: .92rem; }
dl.facts { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .3rem 1rem; font-size: .92rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--rule); font-size: .85rem; color: var(--soft); }
@media (max-width: 30rem) {
  body { padding: 1.25rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
      .tile b { font-size: 1.35rem; }
  .wide thead th:first-child { display: none; }
  .wide tr { display: grid; grid-template-columns: 1fr 1fr; column-gap: 1rem; border-bottom: 1px solid var(--rule); }
  .wide th, .wide td { width: auto; border: 0; padding: .2rem 0; }
  .wide th[scope=row] { grid-column: 1 / -1; }
  .wide td:not(.figure), .wide thead th:not(.figure):not(:first-child) { padding-left: 0; min-width: 0; }
  .tile:last-child:nth-child(odd) { grid-column: 1 / -1; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
}
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root {
    color-scheme: light; --paper: #ffffff; --panel: #f6f7f9; --ink: #000000; --soft: #4b535c;
    --rule: #c9ced4; --good: #0072b2; --bad: #c2500a; --note: #fff6e5; --note-rule: #d98a00;
  }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  nav, details:not([open]) { display: none; }
  h2, .caption { break-after: avoid; }
  h2 { margin-top: 1.5rem; }
  .tiles { grid-template-columns: repeat(5, 1fr); }
  .tile { padding: .5rem .6rem; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1rem 1.5rem; }
  .table { overflow: visible; }
  figure, .table, tr, .tile, .note { break-inside: avoid; }
}
)css";

}  // namespace fairline
