// The Debian packages of a node's disk image: what a plain server has, plus the container runtime.

/**
 * Packages that a node's root file system is made of, on top of mmdebstrap's `minbase` variant. What Kubernetes and
 * IPVS need beyond them is in the bundle, so that `up` has to install it as on any other host.
 */
export const nodeBasePackages = [
  'systemd',
  'systemd-sysv',
  'openssh-server',
  'sudo',
  'iproute2',
  'kmod',
  'iptables',
  'procps',
  'ca-certificates',
  'curl',
  'dbus',
  'udev',
  'containerd',
  'runc',
  'containernetworking-plugins',
] as const;
