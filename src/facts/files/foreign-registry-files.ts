// What stands in containerd's directory of registries in forms that we write none of, and that ours would hide.
import { cmd, script, sequence } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

/** Directories named HOST:PORT, and the certificates and keys with which hosts show who they are. */
export const foreignRegistryFiles: Fact<readonly string[], { readonly directory: string }> = {
  name: 'registry.foreign-files',
  scope: 'host',
  probe: ({ directory }) => sequence([cmd`directory=${directory}`, lookAtAll]),
  parse({ stdout }) {
    const paths = stdout.split('\n').filter((line) => line !== '');
    for (const path of paths) if (!path.startsWith('/')) throw new Error(`unexpected answer: ${path}`);
    return paths;
  },
};

const lookAtAll = script(`
for path in "$directory"/*:*/ "$directory"/*/*.cert "$directory"/*/*.key; do
if [ -e "$path" ]; then echo "\${path%/}"; fi
done
`);
