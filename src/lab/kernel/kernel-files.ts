// What a built kernel consists of.

/** The kernel: a program. The processes of nodes are recognised by this name. */
export const kernelName = 'linux-lab';

/** The directory with its modules, in a directory per version. */
export const modulesName = 'modules';
