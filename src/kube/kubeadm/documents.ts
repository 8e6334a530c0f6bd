// The documents that `kubeadm init` and `kubeadm join` read, for every version.
import { toYamlStream } from '../../render/yaml.ts';
import { has, kubeadmApi } from '../version-facts.ts';
import type { InitInput, JoinInput, KubeadmDocument } from './input.ts';
import { kubeProxyDocument } from './kube-proxy-configuration.ts';
import { kubeletDocument } from './kubelet-configuration.ts';
import * as v1alpha1 from './v1alpha1.ts';
import * as v1alpha2 from './v1alpha2.ts';
import * as v1alpha3 from './v1alpha3.ts';
import * as v1beta from './v1beta.ts';

/** The documents for `kubeadm init`, of kubeadm itself, kube-proxy and the kubelet as far as the version knows them. */
export function initDocuments(input: InitInput): readonly KubeadmDocument[] {
  const { cluster } = input;
  const own = kubeadmInit(input);
  if (!has(cluster.version, 'kubeProxyDocument')) return own;
  return [...own, { ...kubeProxyDocument(cluster.kubeProxy) }, kubeletDocument(cluster)];
}

function kubeadmInit(input: InitInput): readonly KubeadmDocument[] {
  switch (kubeadmApi(input.cluster.version)) {
    case 'v1alpha1':
      return [v1alpha1.initDocument(input)];
    case 'v1alpha2':
      return [v1alpha2.initDocument(input)];
    case 'v1alpha3':
      return v1alpha3.initDocuments(input);
    default:
      return v1beta.initDocuments(input);
  }
}

/** The document for `kubeadm join`. */
export function joinDocument(input: JoinInput): KubeadmDocument {
  switch (kubeadmApi(input.cluster.version)) {
    case 'v1alpha1':
      return v1alpha1.joinDocument(input);
    case 'v1alpha2':
      return v1alpha2.joinDocument(input);
    case 'v1alpha3':
      return v1alpha3.joinDocument(input);
    default:
      return v1beta.joinDocument(input);
  }
}

/** The text of `kubeadm init`'s configuration file. Secret when the input has a token or a certificate key. */
export function initConfigurationText(input: InitInput): string {
  return toYamlStream(initDocuments(input));
}

/** The text of `kubeadm join`'s configuration file. Always secret: it has the token. */
export function joinConfigurationText(input: JoinInput): string {
  return toYamlStream([joinDocument(input)]);
}
