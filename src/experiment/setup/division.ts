/** Divides items that have several costs among owners, evenly by every cost. The same everywhere: no rounding differs. */

type Loads = readonly (readonly number[])[];

/**
 * The owner of each item, so that no owner has much more of any cost than another: the largest first, each to whom it then
 * makes the least loaded; then items change hands as long as that helps. Every owner gets an item while there are enough.
 *
 * A load counts as a multiple of the mean or, where that is more, of the largest item: no division can have a smaller largest load.
 */
export function divided(costs: Loads, count: number): number[] {
  const least = leastLoads(costs, count);
  const shares = costs.map((cost) => cost.map((one, d) => one / (least[d] as number)));
  const size = (item: number) => Math.max(...(shares[item] ?? [0]));
  const order = [...costs.keys()].sort((a, b) => size(b) - size(a) || a - b);
  const loads = Array.from({ length: count }, () => least.map(() => 0));
  const owners = new Array<number>(costs.length).fill(0);
  order.forEach((item, rank) => {
    const owner = rank < count ? rank : lightest(loads, shares[item] ?? []);
    owners[item] = owner;
    loads[owner] = plus(loads[owner] ?? [], shares[item] ?? []);
  });
  if (costs.length > count) exchangeAll(owners, loads, shares);
  return owners;
}

/** With more items one can be found that is handed over alone, and trying all pairs takes long. */
const MOST_IN_PAIRS = 1500;
const MOST_ROUNDS = 200;
/** Relative distance from the mean that is even enough. */
const EVEN = 0.03;
/** Smallest change of the sum of all unevenness for which items change hands. */
const WORTHWHILE = 1e-3;

/** The largest load of each cost, at least. */
function leastLoads(costs: Loads, count: number): number[] {
  const dimensions = (costs[0] ?? []).map((_, d) => costs.map((cost) => cost[d] ?? 0));
  return dimensions.map((all) => {
    const mean = all.reduce((sum, one) => sum + one, 0) / count;
    return all.reduce((most, one) => Math.max(most, one), mean) || 1;
  });
}

/** Whose loads become the least uneven. */
function lightest(loads: Loads, share: readonly number[]): number {
  let best = { owner: 0, change: Number.POSITIVE_INFINITY };
  loads.forEach((load, owner) => {
    const change = load.reduce((sum, one, d) => sum + unevenness(one + (share[d] ?? 0)) - unevenness(one), 0);
    if (change < best.change) best = { owner, change };
  });
  return best.owner;
}

/** Exchanges items of a loaded owner for smaller ones, or for none, while that makes the loads more even. */
function exchangeAll(owners: number[], loads: number[][], shares: Loads): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = nextExchange(owners, loads, shares);
    if (found === null) return;
    const { from, item, other, to } = found;
    const moved = minus(shares[item] ?? [], shares[other ?? -1] ?? []);
    loads[from] = minus(loads[from] ?? [], moved);
    loads[to] = plus(loads[to] ?? [], moved);
    owners[item] = to;
    if (other !== null) owners[other] = from;
  }
}

interface Exchange {
  readonly from: number;
  readonly item: number;
  readonly other: number | null;
  readonly to: number;
}

/** The best one of the most loaded owner; null if none is needed, or none helps. */
function nextExchange(owners: readonly number[], loads: Loads, shares: Loads): Exchange | null {
  if (isEven(loads)) return null;
  const most = loads.map((load) => Math.max(...load));
  return bestExchange(most.indexOf(Math.max(...most)), owners, loads, shares);
}

function isEven(loads: Loads): boolean {
  return (loads[0] ?? []).every((_, d) => {
    const all = loads.map((load) => load[d] ?? 0);
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    return all.every((one) => Math.abs(one - mean) <= EVEN * mean);
  });
}

/** The one that lessens uneven loads most; null if none does. */
function bestExchange(from: number, owners: readonly number[], loads: Loads, shares: Loads): Exchange | null {
  const before = loads.map((load) => load.reduce((sum, one) => sum + unevenness(one), 0));
  const mine = [...owners.keys()].filter((item) => owners[item] === from);
  let [best, least]: [Exchange | null, number] = [null, -WORTHWHILE];
  const consider = (candidate: Exchange) => {
    const [source = [], target = []] = [loads[from], loads[candidate.to]];
    const [gives = [], takes = []] = [shares[candidate.item], shares[candidate.other ?? -1]];
    let change = -(before[from] ?? 0) - (before[candidate.to] ?? 0);
    for (let d = 0; d < source.length && change < least; d++) {
      const moved = (gives[d] ?? 0) - (takes[d] ?? 0);
      change += unevenness((source[d] ?? 0) - moved) + unevenness((target[d] ?? 0) + moved);
    }
    if (change >= least) return;
    [best, least] = [candidate, change];
  };
  for (const item of mine) {
    if (mine.length > 1) for (const to of loads.keys()) if (to !== from) consider({ from, item, other: null, to });
    if (owners.length > MOST_IN_PAIRS) continue;
    for (const [other, to] of owners.entries()) if (to !== from) consider({ from, item, other, to });
  }
  return best;
}

/** Grows so fast that the largest loads decide; where those cannot be helped, the others still do. */
function unevenness(load: number): number {
  const square = load * load;
  return square * square * square * square + square;
}

const plus = (one: readonly number[], other: readonly number[]) => one.map((value, d) => value + (other[d] ?? 0));
const minus = (one: readonly number[], other: readonly number[]) => one.map((value, d) => value - (other[d] ?? 0));
