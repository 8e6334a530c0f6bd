// Whether the kubelet of a node starts where there is swap.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** As its configuration says, which kubeadm has written; false where there is none. */
export const kubeletTakesSwap: Fact<boolean> = {
  name: 'kubelet.takes-swap',
  scope: 'host',
  probe: () => script("grep -sqx 'failSwapOn: *false *' /var/lib/kubelet/config.yaml && echo yes || echo no"),
  parse({ stdout }) {
    const answer = stdout.trim();
    if (answer !== 'yes' && answer !== 'no') throw new Error(`unexpected answer: ${answer}`);
    return answer === 'yes';
  },
};
