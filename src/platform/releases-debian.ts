// Releases of Debian and what is made from it.
import type { Release } from './release.ts';

const lab = 'nodes of the lab';
const nothingExtra = { selinux: 'off', firewalld: false } as const;

/** With fixes by Debian's LTS; Ubuntu's without Ubuntu Pro. */
export const debianReleases: Readonly<Record<string, readonly Release[]>> = {
  debian: [
    { version: '10', until: '2024-06-30', cgroups: 1, sources: ['distro-info', 'runc-cgroups'] },
    { version: '11', until: '2026-08-31', cgroups: 2, sources: ['distro-info', 'runc-cgroups'] },
    {
      version: '12',
      until: '2028-06-30',
      cgroups: 2,
      ...nothingExtra,
      ran: lab,
      sources: ['distro-info', 'runc-cgroups', 'debian-packages'],
    },
    { version: '13', until: '2030-06-30', cgroups: 2, ran: lab, sources: ['distro-info', 'runc-cgroups'] },
  ],
  ubuntu: [
    { version: '18.04', until: '2023-05-31', cgroups: 1, sources: ['distro-info', 'runc-cgroups'] },
    { version: '20.04', until: '2025-05-29', cgroups: 1, sources: ['distro-info', 'runc-cgroups'] },
    { version: '22.04', until: '2027-06-01', cgroups: 2, sources: ['distro-info', 'runc-cgroups'] },
    { version: '24.04', until: '2029-05-31', cgroups: 2, sources: ['distro-info', 'runc-cgroups'] },
    { version: '25.10', until: '2026-07-09', cgroups: 2, sources: ['distro-info', 'runc-cgroups'] },
    { version: '26.04', until: '2031-05-29', cgroups: 2, sources: ['distro-info', 'runc-cgroups'] },
  ],
  // Only the one for 32-bit processors calls itself so: the other says that it is Debian.
  raspbian: [{ version: '12', cgroups: 2, sources: ['raspberry'] }],
};
