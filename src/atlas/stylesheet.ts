/** The style of the site. Colour only repeats what words or shapes say; both schemes hold WCAG AA. */
import { CHART_STYLE } from '../report/chart-style.ts';

const SCHEMES = `
:root{color-scheme:light dark;
--ink:#14191f;--dim:#55606b;--line:#dde2e7;--paper:#fff;--panel:#f4f6f8;--link:#0a5ca8;--accent:#0a5ca8;
--bad:#a4161a;--good:#12683a;--warn:#7a4b00;--badge:#e8edf2;--failed:#fbdfdd;--aim:#fff3c4;
--q0:#e9f2fb;--q1:#d9e8f6;--q2:#c4dbf0;--q3:#a9cde8;--q4:#7eb4dc;--q5:#569cd0;--q6:#2272b4;--q7:#0f559a;--q8:#08366f}
@media (prefers-color-scheme:dark){:root{
--ink:#e6eaee;--dim:#9da9b4;--line:#2e363e;--paper:#11161b;--panel:#1a2129;--link:#7db8f2;--accent:#7db8f2;
--bad:#ff9a92;--good:#74d39a;--warn:#e8bd6b;--badge:#26303a;--failed:#4a171a;--aim:#3a3212;
--q0:#172029;--q1:#182c3f;--q2:#193a58;--q3:#1b4a74;--q4:#1f5c92;--q5:#5b97cd;--q6:#82b3df;--q7:#abcdec;--q8:#d6e8f8}}
.q0,.q1,.q2,.q3,.q4,.q5{color:#0b1014}.q6,.q7,.q8{color:#fff}
@media (prefers-color-scheme:dark){.q0,.q1,.q2,.q3,.q4{color:#fff}.q5,.q6,.q7,.q8{color:#0b1014}}
.q0{background:var(--q0)}.q1{background:var(--q1)}.q2{background:var(--q2)}.q3{background:var(--q3)}.q4{background:var(--q4)}
.q5{background:var(--q5)}.q6{background:var(--q6)}.q7{background:var(--q7)}.q8{background:var(--q8)}
.x{background:var(--failed);color:var(--bad);font-weight:600}.x a{color:inherit}
td[class^=q] a{color:inherit;text-decoration-color:color-mix(in srgb,currentColor 40%,transparent)}
`;

const PAGE = `
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
tr[id]{scroll-margin-top:9rem}details>div[id]{scroll-margin-top:4rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible,button:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
main:focus{outline:none}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem;z-index:9}
.top{display:flex;flex-wrap:wrap;gap:.25rem 1.75rem;align-items:baseline;padding:.9rem 1.25rem;border-bottom:1px solid var(--line);max-width:1240px;margin:0 auto}
.brand{font-weight:700;font-size:1.1rem;letter-spacing:-.01em;color:var(--ink);text-decoration:none}
.top ul{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:0;padding:0;font-size:.92rem}
.top nav a{color:var(--dim);text-decoration:none;display:inline-block;padding:.2rem 0}
.top nav a:hover{color:var(--ink);text-decoration:underline}
.top nav a[aria-current]{color:var(--ink);font-weight:600;box-shadow:0 2px 0 var(--accent)}
main{max-width:1240px;margin:0 auto;padding:1.75rem 1.25rem 3rem}
footer{max-width:1240px;margin:0 auto;padding:1rem 1.25rem 2.5rem;border-top:1px solid var(--line);color:var(--dim);font-size:.85rem}
footer p{margin:.2rem 0}
.here ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;margin:0 0 1rem;padding:0}.here a{display:inline-block;padding:.2rem 0}
main:has(#slower:target) #faster,main:has(#faster:target) #slower{display:none}
main:has(#slower:target) .only li:nth-child(2) a,main:has(#faster:target) .only li:nth-child(3) a,main:not(:has(#slower:target,#faster:target)) .only li:first-child a{font-weight:600;color:var(--ink)}
#changes section{scroll-margin-top:5rem}th details ul{margin:.3rem 0;padding-left:1.1rem}
ul.plain{list-style:none;margin:0;padding:0}ul.plain li+li{margin-top:.25rem}
.trail ol{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;margin:0 0 .4rem;padding:0;font-size:.88rem}
.trail li+li::before{content:"/";color:var(--dim);margin-right:.4rem}
h1{font-size:clamp(1.5rem,4vw,2.1rem);line-height:1.2;letter-spacing:-.02em;margin:0 0 .4rem;overflow-wrap:anywhere;text-wrap:balance}
h2{font-size:1.25rem;letter-spacing:-.01em;margin:2.6rem 0 .5rem}
h3{font-size:1rem;margin:1.6rem 0 .4rem}
p{margin:.3rem 0 .8rem;max-width:46rem}
.lead{font-size:1.08rem;color:var(--dim);max-width:44rem}
.quiet,.unit{color:var(--dim)}
.small{font-size:.88rem}
.bad{color:var(--bad)}.good{color:var(--good)}.warn{color:var(--warn)}
.bad,.good{font-weight:600;white-space:nowrap}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem;margin:.8rem 0;font-size:.92rem}
.facts dt{color:var(--dim)}.facts dd{margin:0;overflow-wrap:anywhere}
.badge{display:inline-block;background:var(--badge);border-radius:1rem;padding:.05rem .6rem;font-size:.8rem;white-space:nowrap}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(13.5rem,1fr));gap:.9rem;margin:1.3rem 0;padding:0;list-style:none}
.card{background:var(--panel);border-radius:10px;padding:.9rem 1.1rem}
.card .what{font-size:.86rem;color:var(--dim);margin:0}
.card .big{font-size:1.75rem;font-weight:650;letter-spacing:-.02em;margin:.1rem 0;font-variant-numeric:tabular-nums;line-height:1.2}
.card .big small{font-size:1rem;font-weight:400;letter-spacing:0;white-space:nowrap}
.card .more{font-size:.84rem;color:var(--dim);margin:0;overflow-wrap:anywhere}
code,pre,kbd{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;background:var(--panel);padding:.6rem .8rem;border-radius:8px;margin:.4rem 0}
summary{cursor:pointer}
details.term{font-size:.92rem;margin:.25rem 0}
details.term>div{padding:.1rem 0 .5rem 1.1rem;max-width:46rem}
.field{display:flex;flex-wrap:wrap;gap:.4rem .7rem;align-items:center;margin:1.2rem 0}
.field label{font-weight:600}
.choice{display:inline-flex;flex-wrap:wrap;gap:.3rem .5rem;align-items:center;max-width:100%}.choice input[type=search]{flex:0 1 13rem}.choice{flex:0 1 auto}
input,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid color-mix(in srgb,var(--ink) 45%,var(--paper));border-radius:8px;padding:.5rem .7rem;min-height:2.75rem}
input[type=search]{flex:1 1 16rem;max-width:30rem}
select{max-width:100%}
button{cursor:pointer;background:var(--panel)}
.note{border-left:4px solid var(--warn);background:var(--panel);padding:.5rem .9rem;border-radius:0 8px 8px 0;margin:.8rem 0;max-width:46rem}
[hidden]{display:none!important}
figure{margin:1.2rem 0}
.drawing{overflow-x:auto}
.drawing svg.chart{min-width:40rem}
.history .drawing{direction:rtl}.history svg{direction:ltr}
h2.machine{font-size:1.6rem;margin-top:3.5rem;padding-top:1.5rem;border-top:3px solid var(--line)}
figcaption{font-size:.92rem;margin-bottom:.3rem}
.point{min-height:1.5em;margin:.2rem 0}
@media (max-width:560px){body{font-size:15px}main{padding:1.2rem 1rem 2.5rem}.top,footer{padding-left:1rem;padding-right:1rem}.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.4rem}}
@media print{.top,.skip{display:none}details{break-inside:avoid}}
`;

const TABLES = `
.scroll{overflow-x:auto;margin:.6rem 0;-webkit-overflow-scrolling:touch}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
.wide{width:100%}
caption{text-align:left;color:var(--dim);font-size:.88rem;padding-bottom:.3rem}
th,td{padding:.34rem .8rem .34rem 0;text-align:left;vertical-align:baseline}
thead th{color:var(--dim);font-weight:600;font-size:.82rem;border-bottom:1px solid var(--line);vertical-align:bottom;white-space:nowrap}
thead th a{color:inherit;text-decoration-style:dotted}
tbody tr+tr>*{border-top:1px solid var(--line)}
tbody th{font-weight:500}
.n{text-align:right;white-space:nowrap}
.n+td:not(.n),.n+th:not(.n){padding-left:.8rem}
.heat th,.heat td{padding:.3rem .5rem}
.heat td{text-align:right;white-space:nowrap;border:2px solid var(--paper)}
.heat tbody tr+tr>td{border-top:2px solid var(--paper)}
.heat tbody th,.heat thead th:first-child,.stick tbody th:first-child,.sortable tbody th:first-child{position:sticky;left:0;background:var(--paper);z-index:1;max-width:17rem}
.heat tbody th{min-width:9.5rem}
@media (min-width:900px){.wide.sortable tbody th:first-child{min-width:14rem}.wide.sortable thead th{white-space:normal}}
@media (min-width:561px){.fits{overflow:visible}.fits thead th{position:sticky;top:0;background:var(--paper);box-shadow:0 1px var(--line);z-index:2}}
.heat thead th{text-align:right;white-space:normal}.heat thead th:first-child{text-align:left}
.heat td.none{color:var(--dim);text-align:center}
.heat small{font-size:.78rem}
.grey td,.grey th{color:var(--dim)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem .1rem;align-items:center;font-size:.82rem;color:var(--dim);margin:.3rem 0;list-style:none;padding:0}
.legend li{padding:.05rem .5rem;white-space:nowrap}
tr:target,li:target{background:var(--aim)}tr:target th{background:var(--aim)!important}
.sort{border:0;background:none;min-height:0;padding:.1rem .25rem;margin-left:.1rem;color:var(--dim);font-size:.8rem;line-height:1}
th[aria-sort] .sort{color:var(--accent);font-weight:700}
@media (max-width:560px){.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.stack,.stack caption,.stack tbody{display:block}
.stack.sorts thead{position:static;display:block;width:auto;height:auto;overflow:visible;clip-path:none}.stack.sorts thead tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:.3rem 0;border:0}
.stack.sorts thead th{display:inline-flex;align-items:center;border:0;padding:0;text-align:left;max-width:none;min-width:0;position:static;white-space:normal}
.sort{min-height:1.6rem;min-width:1.6rem}
.stack tbody tr{display:grid;grid-template-columns:1fr 1fr 1fr;gap:.3rem .6rem;padding:.7rem 0;border-top:1px solid var(--line)}.stack tr[hidden]{display:none}
.stack tbody tr>*{display:block;border:0!important;padding:0!important;text-align:left!important;white-space:normal;overflow-wrap:anywhere}
.stack tbody tr>th:first-child,.stack td.w{grid-column:1/-1;max-width:none;position:static}
.stack .badge{white-space:normal}.stack td::before{content:attr(data-title);display:block;color:var(--dim);font-size:.75rem}
.heat.stack tbody tr{grid-template-columns:1fr 1fr}.heat.stack tbody td{padding:.25rem .4rem!important;border-radius:4px}
.heat.stack td.none{display:none}.heat.stack td::before{color:inherit}.heat.stack.sorts thead tr{display:none}
th,td{padding-right:.55rem}.history svg.chart{min-width:36rem}}
`;

export const STYLESHEET = [SCHEMES, PAGE, TABLES, CHART_STYLE].map((part) => part.trim()).join('\n');

/** The picture in the tab. */
export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0a5ca8"/><path d="M2 13L8 5H14" fill="none" stroke="#fff" stroke-width="2"/></svg>\n';
