// Releases of Red Hat Enterprise Linux, what is made from it, Fedora and Amazon Linux.
import type { Elsewhere, Release } from './release.ts';
import type { Source } from './sources.ts';

type Version = '8' | '9' | '10';
type DockerRepository = 'rhel' | 'centos';

/** As the pages of Docker's makers say; config-manager is a plug-in of dnf. */
function containerdOfDocker(repository: DockerRepository): Elsewhere {
  const file = `https://download.docker.com/linux/${repository}/docker-ce.repo`;
  return {
    advice: `Docker's repository has it, as containerd.io: "dnf install dnf-plugins-core", "dnf config-manager --add-repo ${file}", "dnf install containerd.io". Or install a release from https://github.com/containerd/containerd/releases with its unit containerd.service.`,
  };
}

const runcOfContainerd: Elsewhere = {
  advice: `Docker's containerd.io brings it; or install a release from https://github.com/opencontainers/runc/releases.`,
};

const pluginsOfTheirMakers: Elsewhere = {
  advice:
    'The package kubernetes-cni of pkgs.k8s.io has them; or unpack a release from https://github.com/containernetworking/plugins/releases in /opt/cni/bin.',
};

/** What all distributions that are made from the same sources share. */
const shared: Readonly<Record<Version, Omit<Release, 'version' | 'until'>>> = {
  8: {
    cgroups: 1,
    selinux: 'enforcing',
    sources: ['rhel-8-cgroups', 'rhel-selinux'],
  },
  9: {
    cgroups: 2,
    selinux: 'enforcing',
    firewalld: true,
    sources: ['rhel-9', 'runc-cgroups', 'rhel-selinux', 'rhel-9-firewalld'],
  },
  10: {
    cgroups: 2,
    selinux: 'enforcing',
    lacks: { runc: runcOfContainerd, 'containernetworking-plugins': pluginsOfTheirMakers },
    sources: ['rhel-10', 'rhel-10-cgroups', 'rhel-10-selinux'],
  },
};

interface Own {
  readonly until?: string;
  readonly docker: DockerRepository;
  readonly sources?: readonly Source[];
}

function made(version: Version, { until, docker, sources = [] }: Own): Release {
  const common = shared[version];
  return {
    version,
    ...common,
    ...(until === undefined ? {} : { until }),
    lacks: { containerd: containerdOfDocker(docker), ...common.lacks },
    sources: [...sources, ...common.sources, `docker-${docker}`],
  };
}

export const rhelReleases: Readonly<Record<string, readonly Release[]>> = {
  rhel: [
    made('8', { until: '2029-05-31', docker: 'rhel', sources: ['rhel'] }),
    made('9', { until: '2032-05-31', docker: 'rhel', sources: ['rhel'] }),
    made('10', { docker: 'rhel' }),
  ],
  centos: [
    {
      version: '7',
      until: '2024-06-30',
      cgroups: 1,
      selinux: 'enforcing',
      firewalld: true,
      lacks: { containerd: containerdOfDocker('centos') },
      sources: ['centos-7-8', 'runc-cgroups', 'rhel-selinux', 'centos-7-firewalld', 'docker-centos'],
    },
    made('8', { until: '2024-05-31', docker: 'centos', sources: ['centos-7-8', 'centos-stream'] }),
    made('9', { until: '2027-05-31', docker: 'centos', sources: ['centos-stream'] }),
    made('10', { until: '2030-01-01', docker: 'centos', sources: ['centos-stream'] }),
  ],
  rocky: [
    made('8', { until: '2029-05-31', docker: 'rhel', sources: ['rocky', 'rocky-docker'] }),
    made('9', { until: '2032-05-31', docker: 'rhel', sources: ['rocky', 'rocky-docker'] }),
    made('10', { docker: 'rhel', sources: ['rocky-docker'] }),
  ],
  almalinux: [
    made('8', { until: '2029-03-01', docker: 'centos', sources: ['alma'] }),
    made('9', { until: '2032-05-31', docker: 'centos', sources: ['alma'] }),
    made('10', { until: '2035-05-31', docker: 'centos', sources: ['alma'] }),
  ],
  ol: [
    made('8', { until: '2029-07-01', docker: 'centos', sources: ['oracle'] }),
    made('9', { until: '2032-06-30', docker: 'centos', sources: ['oracle'] }),
    made('10', { docker: 'centos' }),
  ],
  fedora: [
    { version: '41', until: '2025-12-15', cgroups: 2, sources: ['fedora', 'runc-cgroups'] },
    { version: '42', until: '2026-05-13', cgroups: 2, sources: ['fedora', 'runc-cgroups'] },
    { version: '43', until: '2026-12-09', cgroups: 2, sources: ['fedora', 'runc-cgroups'] },
  ],
  amzn: [
    {
      version: '2',
      until: '2026-06-30',
      cgroups: 1,
      selinux: 'off',
      lacks: {
        containerd: {
          advice:
            'Its extra "docker" has it: "amazon-linux-extras enable docker", "yum install containerd". Or install a release from https://github.com/containerd/containerd/releases with its unit containerd.service.',
        },
      },
      sources: ['al2-until', 'al2023-cgroups', 'al2-selinux', 'al2-containerd'],
    },
    {
      version: '2023',
      until: '2029-06-30',
      cgroups: 2,
      selinux: 'permissive',
      sources: ['al2023-until', 'al2023-cgroups', 'al2023-selinux', 'al2023-containerd'],
    },
  ],
};
