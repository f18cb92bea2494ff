import { describe, expect, it } from 'vitest';
import type { Row } from '../../record/row.ts';
import { formatText } from '../../report/labels.ts';
import { problemOf } from '../atlas.ts';
import { problemText } from '../rows.ts';
import { measured } from '../testdata/places.ts';
import { titleOf } from './case-title.ts';

const ID = 'quick/decode/o_proj/m=1/n=2880/k=4096/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32';

describe('the name of a case', () => {
  it('is the same from its id as from its row', () => {
    const rows: Row[] = [
      ...[measured({}), measured({ m: 64, w: 'int4-zp' }), measured({ operands: 'hot' })],
      ...[measured({ tokens: 1 }), measured({ tokens: 16 }), measured({ tokens: 500 })],
    ];
    expect(rows.map((row) => titleOf(problemOf(row)))).toEqual(
      rows.map((row) => `${problemText(row)} ${formatText(row)}`),
    );
  });

  it('has all that its id says', () => {
    expect(titleOf(ID)).toBe('o_proj 1×2880×4096 nt mxfp4·f32');
    expect(titleOf('s/p/x/batch=4/m=2/n=3/k=5/layout=nn/w=bf16/a=bf16/acc=f16/out=bf16/bias=f32/operands=hot')).toBe(
      'x 4·2×3×5 bf16 acc f16→bf16 +bias hot',
    );
    expect(titleOf(ID.replace('/m=1', '/groups=8x2t3-skewed7/m=6'))).toMatch(/6×2880×4096 in [2-6] of 8 nt/);
    expect(titleOf(ID.replace('/m=1', '/groups=3r81a757319532/m=3'))).toContain('3×2880×4096 in 3r81a757319532 nt');
  });
});
