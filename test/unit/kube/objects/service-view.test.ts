import { describe, expect, it } from 'vitest';
import { viewServices } from '../../../../src/kube/objects/service-view.ts';

function view(spec: Record<string, unknown>, status: Record<string, unknown> = {}) {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'nginx', namespace: 'user-a-ns' },
    spec,
    status,
  };
  return viewServices([service])[0];
}

describe('viewServices', () => {
  it('reads a Service with an external IP', () => {
    const ports = [{ protocol: 'TCP', port: 80, targetPort: 80 }];
    expect(view({ clusterIP: '10.105.12.124', externalIPs: ['100.67.151.9'], ports })).toEqual({
      namespace: 'user-a-ns',
      name: 'nginx',
      type: 'ClusterIP',
      clusterIPs: ['10.105.12.124'],
      externalIPs: ['100.67.151.9'],
      loadBalancerIPs: [],
      ports: [{ name: '', protocol: 'TCP', port: 80, nodePort: null }],
      affinitySeconds: null,
      isExternalTrafficLocal: false,
      isInternalTrafficLocal: false,
      isOfOtherProxy: false,
      isMarkedHeadless: false,
      topologyAwareHints: null,
      topologyMode: null,
    });
  });

  it('writes addresses as everybody does', () => {
    const status = { loadBalancer: { ingress: [{ ip: '010.77.0.103' }, { ip: '' }, { hostname: 'lb' }] } };
    const spec = { clusterIPs: ['FD00:96::A'], externalIPs: ['::ffff:10.77.0.101'] };
    expect(view(spec, status)).toMatchObject({
      clusterIPs: ['fd00:96::a'],
      externalIPs: ['10.77.0.101'],
      loadBalancerIPs: ['10.77.0.103'],
    });
  });

  it('gives no address to a headless Service', () => {
    expect(view({ clusterIP: 'None', clusterIPs: ['None'] })?.clusterIPs).toEqual([]);
  });

  it('reads both addresses of dual-stack', () => {
    expect(view({ clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7', 'fd00::7'] })?.clusterIPs).toEqual([
      '10.96.0.7',
      'fd00::7',
    ]);
  });

  it('reads node ports, policies and protocols', () => {
    const service = view({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Local',
      ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 }],
    });
    expect(service).toMatchObject({
      type: 'NodePort',
      isExternalTrafficLocal: true,
      isInternalTrafficLocal: true,
      ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30053 }],
    });
  });

  it('leaves out load-balancer addresses that kube-proxy does not serve', () => {
    const ingress = [{ ip: '192.0.2.1' }, { ip: '192.0.2.2', ipMode: 'Proxy' }, { hostname: 'lb.example' }];
    expect(view({}, { loadBalancer: { ingress } })?.loadBalancerIPs).toEqual(['192.0.2.1']);
  });

  it('reads session affinity and its default', () => {
    expect(view({ sessionAffinity: 'ClientIP' })?.affinitySeconds).toBe(10_800);
    const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
    expect(view({ sessionAffinity: 'ClientIP', sessionAffinityConfig })?.affinitySeconds).toBe(60);
  });
});
