// Which Debian the lab is made of.

/** The release that nodes, images and packages come from, whatever the machine itself runs. */
export const nodeRelease = 'bookworm';
