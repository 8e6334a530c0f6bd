// Where an image lies in a bundle.

/** Letters that names of images do not have stand for those that names of files cannot, so no two names meet. */
export function imagePath(name: string): string {
  return `images/${name.replaceAll('/', '+').replaceAll(':', '@')}.tar`;
}
