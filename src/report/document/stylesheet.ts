/** Style of a page. Colour only repeats what the words state. */
export const STYLESHEET = `
:root{color-scheme:light dark;--ink:#1d2327;--dim:#5c666d;--line:#d9dee2;--paper:#fff;--panel:#f5f7f8;--bad:#b3261e;--good:#1a7f37;--warn:#8a5a00;--mark:#2f6fb3}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8eb;--dim:#9aa5ad;--line:#343b41;--paper:#14181b;--panel:#1c2226;--bad:#ff8a80;--good:#6fcf87;--warn:#e5b567;--mark:#7ab4f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:1320px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:26px;margin:0}
h2{font-size:20px;margin:40px 0 0;padding-top:16px;border-top:1px solid var(--line);overflow-wrap:anywhere}
h3{font-size:15px;margin:24px 0 6px}
p{margin:2px 0 8px}
nav ul{padding-left:18px;margin:0}
a{color:var(--mark)}
ul.lines{list-style:none;padding:0;margin:14px 0 0;font-size:13px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:6px 0}
dt{color:var(--dim)}
dd{margin:0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th{text-align:left;font-weight:600;color:var(--dim);font-size:12px;border-bottom:1px solid var(--line)}
th,td{padding:3px 10px 3px 0;vertical-align:middle;white-space:nowrap}
tbody tr+tr:not(.below) td{border-top:1px solid var(--line)}
td code{display:inline-block;white-space:normal;min-width:360px}
.number{text-align:right}
.notes{color:var(--dim);font-size:13px;white-space:normal;min-width:180px}
.below td{white-space:normal;padding-bottom:8px}
summary{cursor:pointer}
section>details>summary{margin-top:18px;color:var(--dim);font-size:13px}
td details[open]{white-space:normal;min-width:340px}
code,pre{font:12px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;margin:4px 0;padding:6px 8px;background:var(--panel);border-radius:4px}
.summary,.quiet{color:var(--dim)}
.strong{font-weight:600}
.bad{color:var(--bad);font-weight:600}
.good{color:var(--good)}
.warn{color:var(--warn)}
@media print{details{break-inside:avoid}}
`;
