// The images that a host's kubeadm would want for a version.
import { cmd } from '../../core/command.ts';
import { tail } from '../../core/tail.ts';
import type { Fact } from '../fact.ts';

/** Full references, or why they are not known. */
export type KubeadmImages = { readonly images: readonly string[] } | { readonly missing: string };

/** kubeadm computes them without asking anybody. */
export const kubeadmImages: Fact<KubeadmImages, { readonly version: string; readonly repository: string }> = {
  name: 'kubeadm.images',
  scope: 'host',
  probe: ({ version, repository }) => cmd`if command -v kubeadm >/dev/null 2>&1; then
kubeadm config images list --kubernetes-version ${version} --image-repository ${repository}
else echo none; fi`,
  parse({ stdout, stderr, exitCode }) {
    if (stdout === 'none\n') return { missing: 'there is no kubeadm yet' };
    if (exitCode !== 0) return { missing: `kubeadm does not tell its images: ${tail(stderr)}` };
    const images = stdout.split('\n').filter((line) => /^[^\s/]+\/\S+:\S+$/.test(line));
    if (images.length === 0) throw new Error(`unexpected answer: ${stdout.slice(0, 80)}`);
    return { images };
  },
};
