// The inventory to start from: valid as it stands, every part explained, what is optional commented out.

/**
 * Text of a first inventory. Explanations start with "# ", lines to switch on with "#" and no blank.
 * Its addresses are the ones reserved for examples: they pass the checks, with a warning, and reach nothing.
 */
export const starterInventory = `# Inventory of ipvs-bootstrap: the machines, and the cluster they shall become.
# Replace the addresses, then:  ipvs-bootstrap validate THIS-FILE  and  ipvs-bootstrap up THIS-FILE
# Every key is explained in docs/reference/inventory.md.

cluster:
  name: my-cluster
  kubernetes:
    version: v1.37.2
    # A directory with everything to install, from this file on. Or "source: binaries": from dl.k8s.io and registry.k8s.io.
    source: { bundle: ./bundle }

  # With more than one control plane: one address that they share. No machine may have it already.
  #controlPlane:
    #vip: { address: 192.0.2.20 }

  # The networks inside the cluster. They must not overlap with the network of your machines.
  network:
    pods: 10.244.0.0/16
    services: 10.96.0.0/12

  # How IPVS chooses a pod: rr takes turns, lc prefers the one with the fewest connections.
  kubeProxy:
    scheduler: rr

# The machines. Roles are control-plane, worker, or both: [control-plane, worker].
hosts:
  - name: master1
    address: 192.0.2.11
    roles: [control-plane]
  - name: worker1
    address: 192.0.2.12
    roles: [worker]
    # What differs on this machine:
    #ssh: { user: admin, port: 2222 }

# How to log in on all machines. Users other than root need sudo.
ssh:
  user: root
  #identityFile: ~/.ssh/id_ed25519

# Addresses of your network that no machine has, for Services to be reached at from outside.
externalIPs:
  pool: [192.0.2.30-192.0.2.39]
  #interface: eth0

# What to run. Every namespace takes external IPs of its own.
workloads:
  - namespace: hello
    deployments:
      - { name: web, image: nginx, replicas: 2, port: 80 }
    services:
      - { name: web, port: 80, externalIPs: [192.0.2.30] }
`;
