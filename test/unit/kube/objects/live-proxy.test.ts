import { describe, expect, it } from 'vitest';
import { liveProxy } from '../../../../src/kube/objects/live-proxy.ts';

function objects(command: readonly string[], config = '') {
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-proxy' },
      data: { 'config.conf': config },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'kube-proxy' },
      spec: { template: { spec: { containers: [{ name: 'kube-proxy', command }] } } },
    },
  ];
}

describe('liveProxy', () => {
  it('is undefined without a kube-proxy', () => {
    expect(liveProxy([])).toBeUndefined();
  });

  it('reads the configuration, where kube-proxy is told to', () => {
    const config =
      'nodePortAddresses: [10.0.0.0/8]\nipvs: { scheduler: wlc, excludeCIDRs: [192.0.2.0/24] }\n';
    expect(liveProxy(objects(['kube-proxy', '--config=x', '--ipvs-scheduler=sh'], config))).toEqual({
      scheduler: 'wlc',
      nodePortAddresses: ['10.0.0.0/8'],
      excludeCIDRs: ['192.0.2.0/24'],
    });
  });

  it('takes rr and all addresses where the configuration says nothing', () => {
    const config = 'nodePortAddresses: null\nipvs: { scheduler: "", excludeCIDRs: null }\n';
    const nothing = { scheduler: 'rr', nodePortAddresses: [], excludeCIDRs: [] };
    expect(liveProxy(objects(['kube-proxy', '--config', 'x'], config))).toEqual(nothing);
    expect(liveProxy(objects(['kube-proxy']))).toEqual(nothing);
  });

  it('reads flags where there is no configuration', () => {
    const flags = [
      '--ipvs-scheduler=lc',
      '--nodeport-addresses=10.0.0.0/8,fd00::/8',
      '--ipvs-exclude-cidrs=',
    ];
    expect(liveProxy(objects(['kube-proxy', ...flags]))).toEqual({
      scheduler: 'lc',
      nodePortAddresses: ['10.0.0.0/8', 'fd00::/8'],
      excludeCIDRs: [],
    });
  });
});
