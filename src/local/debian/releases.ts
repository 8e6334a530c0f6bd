// Debian's releases that packages are taken from.

/** By version, with the names that mirrors know. */
export const codenames = { '12': 'bookworm', '13': 'trixie' } as const;

export type Release = keyof typeof codenames;

export const releases = ['12', '13'] as const satisfies readonly Release[];
