// The Debian packages that a bundle has for hosts: what `up` installs, on top of what every host has that SSH reaches.
import { minimalBase } from '../../local/debian/package-set.ts';

/** All that the shipped playbooks install; a test holds them together. */
export const hostPackages = [
  'conntrack',
  'containerd',
  'containernetworking-plugins',
  'ebtables',
  'ethtool',
  'iproute2',
  'ipset',
  'iptables',
  'iputils-arping',
  'ipvsadm',
  'keepalived',
  'kmod',
  'mount',
  'runc',
  'socat',
  'util-linux',
] as const;

/** What is there already: the base system of a server with systemd and sshd. Less would be safe, and larger. */
export const hostBase = [...minimalBase, 'systemd', 'systemd-sysv', 'udev', 'dbus', 'openssh-server'];
