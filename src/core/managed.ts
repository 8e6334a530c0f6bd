// What is ours on a host: our directories, and the mark in the files we write elsewhere.

/** First line of every file of ours whose format has `#` comments. */
export const managedMark = '# Managed by ipvs-bootstrap.';

/** Our directories on a host. */
export const managedDirectories = {
  config: '/etc/ipvs-bootstrap',
  state: '/var/lib/ipvs-bootstrap',
  /** Gone after a reboot. */
  run: '/run/ipvs-bootstrap',
} as const;

const productName = 'ipvs-bootstrap';

/** Where a foreign file that stands in our way is kept. */
export function backupPath(path: string): string {
  return `${path}.${productName}-backup`;
}

/** Whether a file is ours: by its mark, or by its path when the format has no comments. */
export function isManaged(path: string, text: string): boolean {
  return path.includes(productName) || text.includes(managedMark.slice(2));
}
