// The images that kubeadm asks the public registry for: those that are there under these names.
import { pauseTag, publicRepository } from '../../src/kube/release.ts';
import { isSince, parseVersion } from '../../src/kube/version.ts';
import { linesOf, type TemporaryRoot } from './in-root.ts';
import { publicInit } from './scenarios.ts';

/** What is wrong with them; nothing, when all is well. */
export async function checkImages(root: TemporaryRoot, version: string): Promise<readonly string[]> {
  root.write('/images.yaml', publicInit(version));
  const run = await root.run('kubeadm', 'config', 'images', 'list', '--config', '/images.yaml');
  if (run.exitCode !== 0) return [`config images list failed: ${linesOf(run).join(' ')}`];
  const images = run.stdout.trim().split('\n');
  const lacking = wantedImages(version).filter((wanted) => !images.some((image) => image.startsWith(wanted)));
  return lacking.map((wanted) => `kubeadm asks for no ${wanted}, but for ${images.join(' ')}`);
}

/** The pause image is the one that containerd is told of. CoreDNS has moved in the registry. */
function wantedImages(version: string): readonly string[] {
  const parsed = parseVersion(version);
  const dns = isSince(parsed, '1.21') ? 'coredns/coredns' : 'coredns';
  const names = [`kube-apiserver:${version}`, `pause:${pauseTag(parsed)}`, 'etcd:', `${dns}:`];
  return names.map((name) => `${publicRepository}/${name}`);
}
