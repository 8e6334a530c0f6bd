// Which package brings kernel modules that a distribution's running kernel lacks.
import type { Family } from './distributions.ts';

/** Where the modules are for some kernels. */
export interface ModuleSource {
  readonly ids?: readonly string[];
  readonly family?: Family;
  /** The kernel flavour, as it shows in the release. */
  readonly release?: RegExp;
  readonly advice: (release: string) => string;
  /** Where it was read; left out where nobody has looked it up. */
  readonly source?: string;
}

/** Nearest first: the first entry that fits is the advice. */
export const moduleSources: readonly ModuleSource[] = [
  {
    ids: ['ubuntu'],
    release: /-kvm$/,
    advice: () =>
      'The -kvm kernels of Ubuntu carry no IPVS: "apt-get install linux-image-generic", remove the linux-kvm packages and reboot.',
    source: 'https://github.com/onedr0p/cluster-template/pull/612',
  },
  {
    ids: ['ubuntu'],
    advice: (release) => `Install the rest of the modules: "apt-get install linux-modules-extra-${release}".`,
  },
  {
    family: 'debian',
    release: /-cloud-(amd64|arm64)$/,
    advice: (release) =>
      `The -cloud kernels leave modules out: "apt-get install linux-image-${architecture(release)}", boot that one, then remove linux-image-cloud-${architecture(release)}.`,
  },
  {
    family: 'debian',
    advice: (release) =>
      `Install the distribution's own kernel: "apt-get install linux-image-${architecture(release)}", and reboot.`,
  },
  {
    ids: ['ol'],
    release: /uek/,
    advice: (release) =>
      `Install the rest of the modules: "dnf install kernel-uek-modules-${release} kernel-uek-modules-extra-${release}".`,
  },
  {
    ids: ['amzn'],
    advice: (release) => `Install the rest of the modules: "yum install kernel-modules-extra-${release}".`,
  },
  {
    family: 'rhel',
    advice: (release) =>
      `Install the rest of the modules: "dnf install kernel-modules-${release} kernel-modules-extra-${release}".`,
  },
  {
    family: 'suse',
    advice: () =>
      'kernel-default-base leaves modules out: "zypper install kernel-default" replaces it; then reboot.',
  },
];

/** What to install when a module is missing; undefined for a distribution we do not know. */
export function moduleAdvice(id: string, family: Family | undefined, release: string): string | undefined {
  const fits = ({ ids, family: wanted, release: pattern }: ModuleSource): boolean =>
    (ids?.includes(id) ?? wanted === family) && (pattern?.test(release) ?? true);
  return moduleSources.find(fits)?.advice(release);
}

/** Debian's name of the architecture that ends a kernel release; amd64 when it ends with none. */
function architecture(release: string): string {
  return /-(amd64|arm64)$/.exec(release)?.[1] ?? 'amd64';
}

/** Kernel options whose names are not just the module's in capitals. */
const options: Readonly<Record<string, string>> = {
  br_netfilter: 'CONFIG_BRIDGE_NETFILTER',
  overlay: 'CONFIG_OVERLAY_FS',
};

/** The kernel option that builds a module, for kernels without a module tree. */
export function kernelOption(module: string): string {
  return options[module] ?? `CONFIG_${module.toUpperCase()}`;
}
