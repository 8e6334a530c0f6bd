// What we remember of the images that we imported, so that a newer bundle's image of the same name is noticed.
import type { BundleImage } from '../../bundle/manifest.ts';
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { managedDirectories } from '../../core/managed.ts';
import { pinLabel } from '../../facts/host/pinned-images.ts';

/** Lines of name, digest in containerd, and sha256 of the archive it came from. */
export const imageRecord = `${managedDirectories.state}/images`;

export interface ImportedImage {
  readonly digest: string;
  readonly sha256: string;
}

/** By the image's full reference. */
export function parseImageRecord(text: string): ReadonlyMap<string, ImportedImage> {
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', digest = '', sha256 = ''] = line.split(' ');
        return [name, { digest, sha256 }];
      }),
  );
}

/** Has the kubelet keep an image: where it makes room it would remove those that nothing runs of, and here none comes back. */
export function pinCommand(name: string): Command {
  return cmd`ctr -n k8s.io images label ${name} ${`${pinLabel}=pinned`} >/dev/null`;
}

/** Imports an archive, notes it in the record, removes it, and pins the image: where that fails, the next run has only that to do. */
export function importCommand(image: BundleImage, archive: string): Command {
  return sequence([
    cmd`name=${image.name} archive=${archive} sum=${image.sha256} record=${imageRecord}`,
    importArchive,
    script('rm -f "$archive"'),
    pinCommand(image.name),
  ]);
}

/** Fails when the archive holds another image than it should: kubeadm would look for it in vain. */
const importArchive = script(`
ctr -n k8s.io images import "$archive" >/dev/null &&
digest=$(ctr -n k8s.io images ls "name==$name" | { read -r _; read -r _ _ digest _; echo "$digest"; }) || exit
if [ -z "$digest" ]; then echo "the archive holds no image $name" >&2; exit 1; fi
{ grep -sv "^$name " "$record"; echo "$name $digest $sum"; } > "$record.new"
mv -f "$record.new" "$record"
`);
