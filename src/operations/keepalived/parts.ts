// keepalived's configuration: a file that is the same for all uses, and one of its own for each use that includes.
import { managedDirectories } from '../../core/managed.ts';

export const keepalivedUnit = 'keepalived.service';

/** What keepalived reads by itself. It includes the parts. */
export const keepalivedMain = '/etc/keepalived/keepalived.conf';

/** Where the parts are. */
export const partDirectory = '/etc/keepalived/ipvs-bootstrap';

interface Part {
  readonly path: string;
  /** The script by which keepalived asks whether this node should have the address. */
  readonly script: string;
}

/** What keepalived is used for. A host may have one part, or both. */
export const keepalivedParts = {
  virtualIP: {
    path: `${partDirectory}/virtual-ip.conf`,
    script: `${managedDirectories.config}/check-api-server.sh`,
  },
  externalIPs: {
    path: `${partDirectory}/external-ips.conf`,
    script: `${managedDirectories.config}/check-external-ips.sh`,
  },
} as const satisfies Readonly<Record<string, Part>>;

export type KeepalivedPart = keyof typeof keepalivedParts;

/** Every file of ours that keepalived reads, whichever of them are there. */
export const keepalivedFiles: readonly string[] = [
  keepalivedMain,
  ...Object.values(keepalivedParts).flatMap(({ path, script }) => [path, script]),
];

/** Asks for keepalived's state as a unit that reads them. */
export const keepalivedQuestion = { unit: keepalivedUnit, paths: keepalivedFiles };
