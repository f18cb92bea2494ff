import { describe, expect, it } from 'vitest';
import { casePath, filterOf, hrefTo, suitePath } from './paths.ts';

const problem = 'quick/decode/gpt-oss-120b:qkv_proj/m=1/n=5120/k=2880/layout=nt/w=mxfp4/a=f32/acc=f32/out=f32';

describe('addresses', () => {
  it('of a case are its id, and end in the filter that finds it', () => {
    const path =
      'case/quick/decode/gpt-oss-120b-qkv_proj/m=1,n=5120,k=2880,layout=nt,w=mxfp4,a=f32,acc=f32,out=f32.html';
    expect(casePath(problem)).toBe(path);
    expect(hrefTo(path, 'machine/x.html')).toBe(`../${path}`);
    expect(hrefTo(`${path}#there`, path)).toBe('#there');
    expect(filterOf(problem)).toBe(
      'quick/decode/gpt-oss-120b:qkv_proj/*,m=1,n=5120,k=2880,layout=nt,w=mxfp4,a=f32,acc=f32,out=f32',
    );
  });

  it('stay short and distinct whatever groups a case has', () => {
    const long = (last: number) =>
      casePath(`a/b/c/groups=${Array.from({ length: 128 }, () => 12).join('-')}-${last}/m=1`);
    expect(long(1).length).toBeLessThan(200);
    expect(long(1)).not.toBe(long(2));
  });

  it('cannot leave the site', () => {
    expect(suitePath('../../etc')).toBe('suite/--..-etc.html');
    expect(casePath('../x/y/m=1')).toBe('case/-/x/y/m=1.html');
  });
});
