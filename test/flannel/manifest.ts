// flannel's own manifest, as a user of this bundle would change it.
import { createHash } from 'node:crypto';
import { pluginImage } from './images.ts';

/** The manifest with each of the changes, which must find what it replaces. */
export function changed(manifest: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`flannel's manifest has no ${from}`);
    return text.replaceAll(from, to);
  }, manifest);
}

/** With the plugin that could be compiled: it is older, and so is the version of CNI that it speaks. */
export function forOurPlugin(manifest: string): string {
  return changed(manifest, {
    'ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel3': pluginImage,
    '"cniVersion": "1.0.0"': '"cniVersion": "0.4.0"',
  });
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
