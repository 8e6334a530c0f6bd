// Says which kernel modules are missing, on which kernel, and what to install.
import type { KernelModules } from '../../facts/host/kernel-modules.ts';
import type { OsRelease } from '../../facts/host/os-release.ts';
import { findFamily } from '../../platform/distributions.ts';
import { moduleAdvice } from '../../platform/kernel-modules.ts';
import type { Problem } from '../operation.ts';

type Groups = readonly (readonly string[])[];

/** One problem for what the kernel lacks and one for what the host forbids, whichever there are. */
export function missingModuleProblems(
  missing: Groups,
  kernel: KernelModules,
  os: OsRelease,
): readonly Problem[] {
  const isDenied = (name: string): boolean => kernel.states[name] === 'denied';
  const denied = missing.flatMap((group) => group.filter(isDenied));
  const absent = missing.filter((group) => !group.some(isDenied));
  return [
    ...(absent.length === 0 ? [] : [absentProblem(absent, kernel, os)]),
    ...(denied.length === 0 ? [] : [deniedProblem(denied)]),
  ];
}

function absentProblem(missing: Groups, kernel: KernelModules, os: OsRelease): Problem {
  const names = missing.map((group) => group.join(' or '));
  const lacksIpvs = missing.some((group) => group.includes('ip_vs'));
  const plural = names.length === 1 ? 'module' : 'modules';
  const detail = `${plural} ${names.join(', ')}: neither loaded, built in nor loadable`;
  return {
    message: lacksIpvs
      ? `the kernel ${kernel.release} has no IPVS (${detail})`
      : `the kernel ${kernel.release} lacks the ${detail}`,
    hint: hint(kernel, os),
    data: { release: kernel.release, missing: missing.flat() },
  };
}

function hint(kernel: KernelModules, os: OsRelease): string {
  if (!kernel.hasModprobe && kernel.hasModuleTree) return 'Install the package kmod, which brings modprobe.';
  const advice = moduleAdvice(os.id, findFamily(os.id, os.idLike), kernel.release);
  if (kernel.hasModuleTree) return advice ?? 'Install a kernel that has these modules, and reboot.';
  const reboot = `/lib/modules has nothing for ${kernel.release}: if the kernel was updated, reboot into the new one.`;
  return advice === undefined ? reboot : `${reboot} Otherwise: ${advice}`;
}

function deniedProblem(names: readonly string[]): Problem {
  return {
    message: `the host's modprobe configuration keeps ${names.join(', ')} from being loaded`,
    hint: `Remove the "blacklist" and "install" lines: grep -rE '${names.join('|')}' /etc/modprobe.d /usr/lib/modprobe.d`,
    data: { denied: names },
  };
}
