// Whether a series of Linux could be configured as the lab asks for.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { packagePath } from '../../../../src/core/package-root.ts';
import { notTaken } from '../../../../src/lab/kernel/configure.ts';

describe('what a series did not take of a configuration', () => {
  const result = '# CONFIG_SMP is not set\nCONFIG_IP_VS=m\nCONFIG_IPV6=y\nCONFIG_LOCALVERSION="-lab"\n';

  it('is nothing when all of it stands in the result, in whatever order', () => {
    expect(notTaken('# IPVS\nCONFIG_IPV6=y\nCONFIG_IP_VS=m\nCONFIG_LOCALVERSION="-lab"\n', result)).toEqual(
      [],
    );
  });

  it('is an option that the series does not know', () => {
    expect(notTaken('CONFIG_IP_VS=m\nCONFIG_IP_VS_NEW=m\n', result)).toEqual(['CONFIG_IP_VS_NEW=m']);
  });

  it('is a module that became built in, as modprobe is part of what is tested', () => {
    expect(notTaken('CONFIG_IP_VS=m\n', 'CONFIG_IP_VS=y\n')).toEqual(['CONFIG_IP_VS=m']);
  });
});

describe('the configuration of the lab’s kernel', async () => {
  const text = await readFile(packagePath('templates/lab/kernel.config'), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('CONFIG_'));

  it('names each option once', () => {
    const names = lines.map((line) => line.split('=')[0]);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('has IPVS, its schedulers and what they stand on as modules', () => {
    const schedulers = 'RR WRR LC WLC FO OVF LBLC LBLCR DH SH MH SED NQ'.split(' ');
    const modules = [
      'IP_VS',
      ...schedulers.map((name) => `IP_VS_${name}`),
      'NF_CONNTRACK',
      'IP_SET',
      'DUMMY',
    ];
    expect(lines).toEqual(expect.arrayContaining(modules.map((name) => `CONFIG_${name}=m`)));
  });
});
