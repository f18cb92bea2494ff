/** Looks of the HTML report. Verdicts are words first; colour only repeats them. */
export const STYLESHEET = `
:root{color-scheme:light dark;--ink:#1d2327;--dim:#5c666d;--line:#d9dee2;--paper:#fff;--panel:#f5f7f8;--bad:#b3261e;--good:#1a7f37;--warn:#8a5a00;--mark:#2f6fb3}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8eb;--dim:#9aa5ad;--line:#343b41;--paper:#14181b;--panel:#1c2226;--bad:#ff8a80;--good:#6fcf87;--warn:#e5b567;--mark:#7ab4f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
main{max-width:1320px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:26px;margin:0}
h2{font-size:20px;margin:40px 0 0;padding-top:16px;border-top:1px solid var(--line);overflow-wrap:anywhere}
h3{font-size:15px;margin:24px 0 6px}
.summary{margin:2px 0 8px;color:var(--dim)}
.subtitle,.footer{color:var(--dim);font-size:13px;margin:2px 0}
.footer{padding-left:18px;margin-top:14px}
nav ul{padding-left:18px;margin:0}
a{color:var(--mark)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th{text-align:left;font-weight:600;color:var(--dim);font-size:12px;border-bottom:1px solid var(--line)}
th,td{padding:3px 10px 3px 0;vertical-align:middle;white-space:nowrap}
tbody tr+tr td{border-top:1px solid var(--line)}
.number{text-align:right}
.notes{color:var(--dim);font-size:13px;white-space:normal;min-width:180px}
summary{cursor:pointer}
details[open]{white-space:normal;min-width:340px}
code,pre{font:12px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;margin:4px 0;padding:6px 8px;background:var(--panel);border-radius:4px}
.findings{list-style:none;padding:0;margin:0}
.findings li{padding:8px 0}
.findings li+li{border-top:1px solid var(--line)}
.evidence{display:flex;gap:12px;align-items:center;font-size:13px;color:var(--dim)}
.verdict{font-weight:600}
.verdict.slower,.verdict.failed,.verdict.missing{color:var(--bad)}
.verdict.faster{color:var(--good)}
.verdict.unclear,.verdict.skipped{color:var(--warn)}
.verdict.same,.verdict.new{font-weight:400;color:var(--dim)}
.spark{flex:none;display:block}
.spark polyline{fill:none;stroke:var(--mark);stroke-width:1.3}
.spark .point,.spark .latest{fill:var(--mark)}
.spark line{stroke:var(--dim);stroke-dasharray:3 2}
.spark line.slower{stroke:var(--bad)}
.spark line.faster{stroke:var(--good)}
@media print{details{break-inside:avoid}}
`;
