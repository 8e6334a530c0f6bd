import { describe, expect, it } from 'vitest';
import { runtimeFile, runtimeParts, runtimeVersions } from '../../../src/bundle/runtime-releases.ts';
import { containerdNeed, supportedMinors } from '../../../src/kube/version-facts.ts';
import { isSince, parseVersion } from '../../../src/kube/version.ts';

const minorNumber = (text: string): number => Number(text.split('.')[1]);
const minors = Array.from(
  { length: minorNumber(supportedMinors.newest) - 9 },
  (_, index) => `v1.${index + 10}.0`,
);

describe('the releases of the container runtime', () => {
  it.each(minors)('have a containerd that the kubelet of %s can talk to', (text) => {
    const version = parseVersion(text);
    const containerd = parseVersion(runtimeVersions(version).containerd);
    const { oldest, below, advised } = containerdNeed(version);
    expect(oldest === undefined || isSince(containerd, oldest)).toBe(true);
    expect(below === undefined || !isSince(containerd, below)).toBe(true);
    expect(advised === undefined || isSince(containerd, advised)).toBe(true);
  });

  it('lie where their makers put them', () => {
    const versions = runtimeVersions(parseVersion('v1.37.2'));
    const files = runtimeParts.map((part) => runtimeFile(part, 'https://github.com', 'arm64', versions));
    expect(files.map(({ url, checksum = `${url}.sha256` }) => [url, checksum])).toEqual([
      [
        'https://github.com/containerd/containerd/releases/download/v2.4.2/containerd-2.4.2-linux-arm64.tar.gz',
        'https://github.com/containerd/containerd/releases/download/v2.4.2/containerd-2.4.2-linux-arm64.tar.gz.sha256sum',
      ],
      [
        'https://github.com/opencontainers/runc/releases/download/v1.5.2/runc.arm64',
        'https://github.com/opencontainers/runc/releases/download/v1.5.2/runc.sha256sum',
      ],
      [
        'https://github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-arm64-v1.9.1.tgz',
        'https://github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-arm64-v1.9.1.tgz.sha256',
      ],
      [
        'https://github.com/kubernetes-sigs/cri-tools/releases/download/v1.37.0/crictl-v1.37.0-linux-arm64.tar.gz',
        'https://github.com/kubernetes-sigs/cri-tools/releases/download/v1.37.0/crictl-v1.37.0-linux-arm64.tar.gz.sha256',
      ],
    ]);
  });
});
