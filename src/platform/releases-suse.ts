// Releases of SUSE Linux Enterprise Server and openSUSE Leap.
import type { Elsewhere, Release } from './release.ts';

const inContainersModule: Elsewhere = {
  advice:
    'The Containers module has it: "SUSEConnect --list-extensions" prints the command that activates the module.',
  broughtBy: 'sle-module-containers-release',
};

/** AppArmor in the place of SELinux until 16. */
const sles15 = { selinux: 'off', firewalld: true, lacks: { containerd: inContainersModule } } as const;
const sles15Sources = ['sles-16-selinux', 'sles-15-firewalld', 'sles-15-containers'] as const;

/** With fixes by general support. */
export const suseReleases: Readonly<Record<string, readonly Release[]>> = {
  sles: [
    {
      version: '15.3',
      until: '2022-12-31',
      cgroups: 1,
      ...sles15,
      sources: ['sles', 'sles-15-cgroups', ...sles15Sources],
    },
    {
      version: '15.4',
      until: '2023-12-31',
      cgroups: 1,
      ...sles15,
      sources: ['sles', 'sles-15-cgroups-tried', ...sles15Sources],
    },
    {
      version: '15.5',
      until: '2024-12-31',
      cgroups: 1,
      ...sles15,
      sources: ['sles', 'sles-15-cgroups-tried', ...sles15Sources],
    },
    { version: '15.6', ...sles15, sources: sles15Sources },
    { version: '15.7', ...sles15, sources: sles15Sources },
    { version: '16.0', selinux: 'enforcing', sources: ['sles-16-selinux'] },
  ],
  'opensuse-leap': [
    { version: '15.3', until: '2022-12-31', cgroups: 1, sources: ['opensuse', 'sles-15-cgroups'] },
    { version: '15.4', until: '2023-12-07', sources: ['opensuse'] },
    { version: '15.5', until: '2024-12-31', sources: ['opensuse'] },
    { version: '15.6', until: '2026-04-30', sources: ['opensuse'] },
    { version: '16.0', until: '2027-10-31', sources: ['opensuse'] },
  ],
};
