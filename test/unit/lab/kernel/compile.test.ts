// How far the compilation of a kernel is, from what make prints.
import { describe, expect, it } from 'vitest';
import { builtFile, progress } from '../../../../src/lab/kernel/compile.ts';

describe('a line of make’s', () => {
  it.each([
    ['  CC      fs/ext4/inode.o', 'fs/ext4/inode.o'],
    ['  CC [M]  net/netfilter/ipvs/ip_vs_rr.o', 'net/netfilter/ipvs/ip_vs_rr.o'],
    ['  LD [M]  net/netfilter/ipvs/ip_vs.ko', 'net/netfilter/ipvs/ip_vs.ko'],
  ])('names a file: %s', (line, file) => {
    expect(builtFile(line)).toBe(file);
  });

  it.each(['', 'make[3]: Entering directory', 'fs/ext4/inode.c:12: warning: unused'])(
    'or does not: %s',
    (line) => {
      expect(builtFile(line)).toBeUndefined();
    },
  );
});

describe('progress', () => {
  it('says what is done and how long the rest takes at this pace', () => {
    expect(progress(200, 60_000, 'fs/dcache.o')).toMatch(
      /^compiling: 200 of about \d+ files, [3-9] min left, fs\/dcache\.o$/,
    );
  });

  it('never counts more than there are', () => {
    expect(progress(9000, 60_000, 'x.o')).toBe('compiling: 9000 of about 9000 files, 0 s left, x.o');
  });
});
