/** Classification of single instructions of each compiler. */
import { describe, expect, it } from 'vitest';
import type { Executable } from '../compiled.ts';
import { mixOf } from '../instructions.ts';
import { aco } from './aco.ts';
import { agx } from './agx.ts';
import { brw } from './brw.ts';
import type { Compiler } from './compiler.ts';
import { ir3 } from './ir3.ts';
import { nak } from './nak.ts';

function mix({ blocks }: Compiler, representation: string, text: string) {
  const executable: Executable = {
    name: '',
    subgroupSize: 32,
    statistics: {},
    representations: { [representation]: text },
  };
  return mixOf(blocks(executable, text)?.flatMap(({ instructions }) => instructions) ?? []);
}

const acoMix = (...lines: string[]) => mix(aco, 'Assembly', ['BB0:', ...lines.map((line) => `\t${line}`)].join('\n'));
const brwMix = (...lines: string[]) => mix(brw, 'GEN Assembly', lines.join('\n'));
const nakMix = (...lines: string[]) =>
  mix(nak, 'NAK assembly', ['block.u 0 L1 [] -> {', ...lines, '} -> []'].join('\n'));
const ir3Mix = (...lines: string[]) => mix(ir3, 'IR3 Assembly', lines.join('\n'));
const agxMix = (...lines: string[]) => mix(agx, '', ['block0 {', ...lines, '}'].join('\n'));

describe('multiply-adds', () => {
  it.each([
    ['ACO', acoMix('v_fma_f32 v0, v1, v2, v3', 'v_fmac_f32_e32 v4, v8, v16', 'v_fma_mix_f32 v0, v1, v2, v3'), 3, {}],
    [
      'ACO, but not of conversions, sums and products in their form',
      acoMix(
        'v_fma_mix_f32 v83, v66, 1.0, neg(0) op_sel_hi:[1,0,0]',
        'v_fma_mix_f32 v1, 1.0, v2, v3 op_sel_hi:[0,1,0]',
        'v_fma_mix_f32 v1, v4, v2, 0 op_sel_hi:[0,1,0]',
        'v_fma_mix_f32 v1, v4, v2, v3 op_sel_hi:[1,1,0]',
      ),
      1,
      { total: 4 },
    ],
    ['ACO, two in one', acoMix('v_dual_fmac_f32 v0, v1, v2 :: v_dual_fmac_f32 v3, v4, v5'), 2, {}],
    ['ACO, one of two', acoMix('v_dual_mov_b32 v0, v1 :: v_dual_fmac_f32 v3, v4, v5'), 1, {}],
    ['ACO, packed', acoMix('v_pk_fma_f16 v0, v1, v2, v3'), 2, { packed: 1 }],
    ['ACO, dot', acoMix('v_dot4_i32_iu8 v0, v1, v2, v3', 'v_dot2_f32_f16 v0, v1, v2, v3'), 6, { dot: 2 }],
    ['ACO, matrix', acoMix('v_wmma_f32_16x16x16_f16 v[0:7], v[8:15], v[16:23], v[0:7]'), 0, { matrix: 1 }],
    ['ACO, of addresses', acoMix('v_mad_u64_u32 v[0:1], null, v2, v3, v[4:5]', 'v_mul_lo_u32 v0, v1, v2'), 0, {}],
    ['brw', brwMix('mad(16)         g5<1>F          g1<8,8,1>F      g2<8,8,1>F      g3<1,1,1>F { align1 1H };'), 1, {}],
    [
      'brw, half',
      brwMix('mad(16)         g5<1>HF         g1<8,8,1>HF     g2<8,8,1>HF     g3<1>HF { align1 1H };'),
      1,
      {},
    ],
    [
      'brw, of addresses',
      brwMix('mad(16)         g5<1>D          g1<8,8,1>D      g2<8,8,1>W      g3<1>W { align1 1H };'),
      0,
      {},
    ],
    [
      'brw, dot',
      brwMix('dp4a(16)        g5<1>D          g1<8,8,1>D      g2<8,8,1>D      g3<1>D { align1 1H };'),
      4,
      { dot: 1 },
    ],
    [
      'brw, matrix',
      brwMix('dpas.8x8(8)     g5<1>F          g1<1,1,0>F      g2<1,1,0>HF     g3<1,1,0>HF { align1 1Q };'),
      0,
      { matrix: 1 },
    ],
    [
      'NAK',
      nakMix('      r3       = ffma r1 r2 r3     // delay=1', '      r3       = imad r1 r2 r3     // delay=1'),
      1,
      {},
    ],
    ['NAK, packed', nakMix('      r3       = hfma2 r1 r2 r3    // delay=1'), 2, { packed: 1 }],
    ['NAK, matrix', nakMix('      r0..4    = hmma.m16n8k16.f32 r4..8 r8..10 r0..4'), 0, { matrix: 1 }],
    ['ir3, repeated', ir3Mix('(sy)(ss)(rpt1)mad.f32 r7.y, (r)(last)r10.w, (r)r12.x, (r)(last)r7.y'), 2, { total: 2 }],
    [
      'ir3, after a pause',
      ir3Mix('(nop2) mad.f16 hr7.y, hr10.w, hr12.x, hr7.y', 'mad.u24 r0.x, r0.x, r0.y, r0.z'),
      1,
      { total: 4, salu: 2 },
    ],
    ['agx', agxMix('   r3 = ffma r1, r2, r3', '   r4 = imad r1, r2, r3, #0x0'), 1, {}],
  ])('of %s', (_, found, multiplyAdds, rest) => {
    expect(found).toMatchObject({ multiplyAdds, ...rest });
  });
});

describe('memory', () => {
  it.each([
    [
      'ACO',
      acoMix(
        'buffer_load_b128 v[8:11], v8, s[12:15], 0 offen',
        'global_load_u16 v0, v1, off',
        'buffer_store_b32 v0, v1, s[0:3], 0',
      ),
      { memory: 3, loads: { 16: 1, 2: 1 } },
    ],
    [
      'ACO, older names',
      acoMix(
        'buffer_load_dwordx4 v[8:11], v8, s[12:15], 0 offen',
        'ds_read2_b32 v[0:1], v2',
        'buffer_load_ubyte v0, v1, s[0:3], 0',
      ),
      { memory: 2, shared: 1, loads: { 16: 1, 8: 1, 1: 1 } },
    ],
    [
      'ACO, workgroup',
      acoMix('ds_load_2addr_b32 v[0:1], v2 offset1:1', 'ds_store_b128 v12, v[8:11]'),
      { shared: 2, loads: { 8: 1 } },
    ],
    [
      'ACO, texture',
      acoMix('image_load v[0:3], v[4:5], s[0:7] dmask:0xf dim:SQ_RSRC_IMG_2D'),
      { memory: 1, loads: { 16: 1 } },
    ],
    ['ACO, uniform', acoMix('s_load_b128 s[0:3], s[2:3], 0x10', 's_waitcnt vmcnt(0)'), { salu: 2, memory: 0 }],
    [
      'brw',
      brwMix(
        'send(16)        g5UD            g113UD          nullUD          0x04805001                0x00000000',
        '                            dp data 1 MsgDesc: (DC untyped surface read, Surface = 1, SIMD16, Mask = 0x0)  mlen 2 ex_mlen 0 rlen 8 { align1 1H $2 };',
        'send(16)        g5UD            g113UD          nullUD          0x04205efe                0x00000000',
        '                            dp data 1 MsgDesc: (DC untyped surface read, Surface = 254, SIMD16, Mask = 0xe)  mlen 2 ex_mlen 0 rlen 2 { align1 1H $2 };',
        'send(16)        nullUD          g106UD          nullUD          0x02000004                0x00000000',
        '                            gateway MsgDesc: (barrier msg)  mlen 1 ex_mlen 0 rlen 0 { align1 WE_all 1H @1 $4 };',
      ),
      { memory: 1, shared: 1, salu: 1, loads: { 16: 1, 4: 1 } },
    ],
    [
      'NAK',
      nakMix(
        '      r0..4 = ld.global.constant.b128 [r4..6+rZ]',
        '      st.shared.strong.cta.b128 [r2.x16+rZ] r4..8',
        '      r0 = ldc.b32 cx[ur0..2][0x0]',
      ),
      { memory: 1, shared: 1, salu: 1, loads: { 16: 1 } },
    ],
    [
      'ir3',
      ir3Mix('isam.v.base0 (u32)(xyzw)r9.z, r8.w, s#0, t#3', 'ldl.u32 r12.x, l[r11.w], 4', 'stl.u32 l[r9.x], r9.z, 4'),
      { memory: 1, shared: 2, loads: { 16: 2 } },
    ],
    [
      'agx',
      agxMix(
        '   r4...r7 = local_load r0h, #0, xyzw, #0x0',
        '   r8 = device_load u0:u1, r3.abs, x, #0x0, slot 0',
        '   wait #0x0, slot 0',
      ),
      { memory: 1, shared: 1, salu: 1, loads: { 16: 1, 4: 1 } },
    ],
  ])('of %s', (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });
});
