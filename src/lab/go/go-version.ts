// Versions of the Go compiler: compared, and the one that a module is compiled with.

/** `go1.26.8` of `go version go1.26.8 linux/amd64`, without the word; undefined for anything else. */
export function parseGoVersion(output: string): string | undefined {
  return /^go version go(\d+\.\d+(?:\.\d+)?)\b.* linux\/amd64$/m.exec(output)?.[1];
}

/** Whether `version` is `from` or newer; both like 1.26.8 or 1.26. */
export function isGoSince(version: string, from: string): boolean {
  const [ours, theirs] = [numbers(version), numbers(from)];
  for (const index of [0, 1, 2]) {
    const difference = (ours[index] ?? 0) - (theirs[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** What a module says about its compiler. */
export interface WantedGo {
  /** The `go` line of its go.mod: older ones refuse it, or do not understand it. */
  readonly least?: string | undefined;
  /** What its authors compile it with. */
  readonly tested?: string | undefined;
}

/**
 * The value of GOTOOLCHAIN for a module, with the compiler `own` at hand: `local`, or one that Go gets itself as the
 * module golang.org/toolchain, verified as every other. A newer minor than the tested one will not do: libraries reach
 * into the compiler's own packages, and those of 1.24 to 1.30 do not compile any more since 1.23.
 */
export function chooseToolchain(own: string, { least, tested }: WantedGo): string {
  const lacking = least === undefined || isGoSince(own, least) ? undefined : least;
  if (tested === undefined) return lacking === undefined ? 'local' : toolchainOf(lacking);
  return lacking === undefined && minor(own) === minor(tested) ? 'local' : toolchainOf(tested);
}

/** From 1.21 on the first release of a minor has the patch 0 in its name. */
function toolchainOf(version: string): string {
  const isBare = numbers(version).length === 2 && isGoSince(version, '1.21');
  return `go${version}${isBare ? '.0' : ''}`;
}

/** The last patch release of each minor of Go that gets no more of them. – go.dev/doc/devel/release */
const lastReleases = [
  '1.13.15',
  '1.14.15',
  '1.15.15',
  '1.16.15',
  '1.17.13',
  '1.18.10',
  '1.19.13',
  '1.20.14',
  '1.21.13',
  '1.22.12',
  '1.23.12',
];

/** What may stand in for a toolchain that is not served: the last one of its minor. */
export function standInFor(toolchain: string): string | undefined {
  const own = minor(toolchain.replace(/^go/, ''));
  const last = lastReleases.find((version) => minor(version) === own);
  return last === undefined || `go${last}` === toolchain ? undefined : `go${last}`;
}

function minor(version: string): string {
  return numbers(version).slice(0, 2).join('.');
}

function numbers(version: string): readonly number[] {
  return version.split('.').map(Number);
}
