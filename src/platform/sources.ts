// Where the facts about distributions were read, in November 2026.

export const sources = {
  'al2-containerd': 'https://github.com/weaveworks/ignite/pull/671',
  'al2-selinux': 'https://github.com/kubernetes/kops/pull/8425',
  'al2-until': 'https://github.com/docker-library/tomcat/pull/340',
  'al2023-cgroups': 'https://docs.aws.amazon.com/linux/al2023/ug/cgroupv2.html',
  'al2023-containerd': 'https://docs.aws.amazon.com/linux/al2023/ug/container.html',
  'al2023-selinux': 'https://docs.aws.amazon.com/linux/al2023/ug/default-SELinux-modes-states.html',
  'al2023-until': 'https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html',
  alma: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/almalinux.md',
  'centos-7-8': 'https://blog.martdj.nl/2024/07/02/end-of-life-for-centos-7-and-centos-8-stream/',
  'centos-7-firewalld': 'https://github.com/mikegleasonjr/ansible-role-firewall/issues/34',
  'centos-stream': 'https://github.com/endoflife-date/endoflife.date/blob/master/products/centos-stream.md',
  'debian-packages': 'package index of Debian 12: firewalld and selinux-basics are of priority optional',
  'distro-info': 'package distro-info-data 0.58+deb12u6 of Debian 12: debian.csv, ubuntu.csv',
  'docker-centos': 'https://docs.docker.com/engine/install/centos/',
  'docker-rhel': 'https://docs.docker.com/engine/install/rhel/',
  fedora: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/fedora.md',
  opensuse: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/opensuse.md',
  oracle: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/oracle-linux.md',
  raspberry: 'https://github.com/k3s-io/k3s/issues/8890',
  rhel: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/rhel.md',
  'rhel-8-cgroups': 'https://access.redhat.com/articles/3735611',
  'rhel-9':
    'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/9/html/considerations_in_adopting_rhel_9/assembly_containers_considerations-in-adopting-rhel-9',
  'rhel-9-firewalld': 'https://www.progressiverobot.com/?p=96209',
  'rhel-10':
    'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/10/html/considerations_in_adopting_rhel_10/containers',
  'rhel-10-cgroups':
    'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/10/optimize-mounting_cgroups_v1',
  'rhel-10-selinux':
    'https://docs.redhat.com/en/documentation/Red_Hat_Enterprise_Linux/10/html/automatically_installing_rhel/selinux',
  'rhel-selinux': 'https://docs.rke2.io/security/selinux',
  rocky: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/rocky-linux.md',
  'rocky-docker': 'https://github.com/rocky-linux/documentation/pull/2932',
  'runc-cgroups': 'https://github.com/opencontainers/runc/blob/main/docs/cgroup-v2.md',
  sles: 'https://github.com/endoflife-date/endoflife.date/blob/master/products/sles.md',
  'sles-15-cgroups': 'https://github.com/SUSE/doc-sle/pull/1198',
  'sles-15-cgroups-tried': 'https://github.com/os-autoinst/os-autoinst-distri-opensuse/pull/25452',
  'sles-15-containers':
    'https://build.opensuse.org/projects/SUSE:SLE-15-SP7:GA/packages/000product/files/sle_module_containers.group',
  'sles-15-firewalld': 'https://documentation.suse.com/sles/15-SP6/html/SLES-all/cha-security-firewall.html',
  'sles-16-selinux': 'https://www.suse.com/c/sle-16-and-the-public-cloud',
} as const;

export type Source = keyof typeof sources;
