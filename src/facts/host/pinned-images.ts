// Images in containerd's namespace for Kubernetes that the kubelet never removes.
import { cmd } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** The label by which containerd tells the kubelet so: from 1.6.22 and 1.7.3 on. – pkg/cri/labels/labels.go */
export const pinLabel = 'io.cri-containerd.pinned';

/** Their full references; none where containerd does not answer. */
export const pinnedImages: Fact<readonly string[]> = {
  name: 'container.images-pinned',
  scope: 'host',
  // Without a socket ctr would wait ten seconds for one.
  probe: () => cmd`[ -S /run/containerd/containerd.sock ] &&
ctr --connect-timeout 5s -n k8s.io images ls -q ${`labels."${pinLabel}"==pinned`} 2>/dev/null || :`,
  parse: ({ stdout }) => stdout.split('\n').filter((line) => line.includes('/')),
};
