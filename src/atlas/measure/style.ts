/** What the page that measures adds to the style of the site. */
export const MEASURE_STYLE = `
.actions{display:flex;flex-wrap:wrap;gap:.6rem;margin:.8rem 0}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--paper);font-weight:600;padding:.6rem 1.3rem}
button:disabled{opacity:.55;cursor:default}
a.button{display:inline-block;border:1px solid color-mix(in srgb,var(--ink) 45%,var(--paper));border-radius:8px;background:var(--panel);padding:.5rem .8rem;text-decoration:none;min-height:2.75rem;overflow-wrap:anywhere}
#device-facts{grid-template-columns:max-content 1fr}
#roofline svg{min-width:40rem;max-width:60rem}
.problem{max-width:46rem;margin-top:1.2rem;border-left:4px solid var(--warn);background:var(--panel);border-radius:0 10px 10px 0;padding:.4rem 1.2rem .6rem}
.problem h2{margin-top:.6rem}
#claimed{flex:0 1 20rem}
.cards.two{grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));max-width:46rem}
.card .big{min-height:2.1rem}
.card.waiting .big{color:var(--dim)}
progress{width:100%;max-width:46rem;height:.7rem;accent-color:var(--accent)}
#progress-text{margin:.2rem 0 .6rem;font-variant-numeric:tabular-nums}
[role=status]:empty{display:none}
.steps{padding-left:1.3rem}.steps li{margin:.7rem 0}
.steps .files{display:flex;flex-wrap:wrap;gap:.6rem;margin:.5rem 0}
td.rounds{padding-top:0;padding-bottom:0;vertical-align:middle}
.rounds svg{display:block;width:11rem;height:1.75rem}
@media (max-width:560px){.rounds svg{width:8rem}}
.rounds .span{fill:var(--chart-band)}
.rounds .middle{stroke:var(--chart-dim)}
.rounds .round{fill:var(--h0);fill-opacity:.75}
.rounds .out{fill:none;stroke:var(--h1);stroke-width:1.6}
tr.last .round:last-child,tr.last .out:last-child{stroke:var(--chart-ink);stroke-width:1.4}
`.trim();
