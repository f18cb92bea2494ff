/** How a case is written, from its id alone: the same as from its row. */
import { routeRows } from '../../gemm/groups.ts';
import { partsOf } from './compare-data.ts';

/** `o_proj 1×2880×4096 nt mxfp4·f32→f16`: name, shape and formats as tables have them. @param problem an id without its kernel */
export function titleOf(problem: string): string {
  const value = (key: string) => new RegExp(`/${key}=([^/]*)`).exec(problem)?.[1];
  const unless = (plain: string, what: string | undefined, before: string) =>
    what === undefined || what === plain ? '' : `${before}${what}`;
  const { name, format } = partsOf(problem);
  const batch = value('batch');
  const groups = value('groups');
  const shape = `${batch === undefined ? '' : `${batch}·`}${value('m')}×${value('n')}×${value('k')}`;
  const experts = groups === undefined ? '' : ` ${expertsText(groups)}`;
  const formats = [
    `${format}${unless(format, value('a'), '·')}`,
    `${unless('f32', value('acc'), ' acc ')}${unless('f32', value('out'), '→')}`,
    `${value('bias') === undefined ? '' : ' +bias'}${value('operands') === 'hot' ? ' hot' : ''}`,
    value('robustness') === 'off' ? ' unchecked' : '',
  ].join('');
  return `${name} ${shape}${experts}${unless('nn', value('layout'), ' ')} ${formats}`.trim();
}

/** `in 4 of 128` of `128x4t1`. Rows that are given for each expert are not in the id, which has their digest. */
function expertsText(groups: string): string {
  const [, experts, topK, tokens, seed] = /^(\d+)x(\d+)t(\d+)(?:-skewed(\d+))?$/.exec(groups) ?? [];
  if (experts === undefined) return `in ${groups}`;
  const request = { experts: Number(experts), topK: Number(topK), tokens: Number(tokens), seed: Number(seed ?? 0) };
  const rows = routeRows({ ...request, routing: seed === undefined ? 'uniform' : 'skewed' });
  return `in ${rows.filter((count) => count > 0).length} of ${experts}`;
}
