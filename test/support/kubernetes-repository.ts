// Kubernetes' packages on the site of a bundle's world: as many as a node needs, for two architectures, and signed.
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join, normalize } from 'node:path';
import { makeDeb, signIndex, writeIndex } from './deb-repository.ts';
import type { SigningKey } from './signing-key.ts';
import { file, status } from './web-server.ts';

/** What stands before the minor on the site. */
export const packageSite = '/packages';

export interface KubernetesRepository {
  /** Its files, by their names. */
  readonly directory: string;
  /** Answers for all paths below the site's; undefined for others. */
  answer(path: string): RequestListener | undefined;
  /** Signs it anew. */
  sign(signer: SigningKey, published?: string): void;
}

/** Makes the repository of 1.37 below a directory, unsigned as yet. */
export function makeKubernetesRepository(directory: string, kubeadm: string): KubernetesRepository {
  for (const architecture of ['amd64', 'arm64'] as const) {
    const make = (name: string, version: string, text: string, depends?: string): void => {
      const files = { [`usr/bin/${name}`]: text };
      makeDeb(directory, { name, version, architecture, files, ...(depends !== undefined && { depends }) });
    };
    make('kubeadm', '1.37.2-1.1', kubeadm, 'kubelet, kubectl, cri-tools');
    make('kubelet', '1.37.2-1.1', `kubelet of ${architecture} `.repeat(9000), 'iptables, kubernetes-cni');
    make('kubectl', '1.37.2-1.1', `kubectl of ${architecture}`);
    make('kubelet', '1.37.20-1.1', 'of another version');
    make('cri-tools', '1.37.0-1.1', 'crictl');
    make('cri-tools', '1.36.0-1.1', 'of another day');
    make('kubernetes-cni', '1.8.0-1.1', 'plugins');
  }
  writeIndex(directory);
  const prefix = `${packageSite}/v1.37/deb/`;
  return {
    directory,
    answer: (path) => {
      if (!path.startsWith(prefix)) return undefined;
      try {
        return file(readFileSync(join(directory, normalize(decodeURIComponent(path.slice(prefix.length))))));
      } catch {
        return status(404);
      }
    },
    sign: (signer, published) => {
      signIndex(directory, signer, published);
    },
  };
}
