// The releases of containerd, runc, the CNI plugins and crictl in the layouts of their makers, as a mirror has them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import type { RuntimeVersions } from '../../src/bundle/runtime-releases.ts';
import { file, sha256, status } from './web-server.ts';

/** Programs by their names: what is in them. */
type Programs = Readonly<Record<string, Buffer>>;

export interface RuntimePrograms {
  readonly containerd: Programs;
  readonly runc: Buffer;
  readonly cniPlugins: Programs;
  readonly crictl: Buffer;
}

/** Files by their paths on the site. @param directory where archives are made */
export function runtimeSite(
  directory: string,
  { containerd, runc, cniPlugins, crictl }: RuntimePrograms,
  versions: RuntimeVersions,
): Readonly<Record<string, Buffer>> {
  const releases = (project: string, version: string) => `/${project}/releases/download/v${version}`;
  const ofContainerd = `containerd-${versions.containerd}-linux-amd64.tar.gz`;
  const ofPlugins = `cni-plugins-linux-amd64-v${versions.cniPlugins}.tgz`;
  const ofCrictl = `crictl-v${versions.crictl}-linux-amd64.tar.gz`;
  const archive = archiver(directory);
  const plugins = { ...cniPlugins, LICENSE: Buffer.from('of the plugins') };
  return {
    ...withSum(releases('containerd/containerd', versions.containerd), {
      name: ofContainerd,
      content: archive(containerd, 'bin'),
      sum: { suffix: '.sha256sum', text: (sum) => `${sum}  ${ofContainerd}\n` },
    }),
    ...withSum(releases('containernetworking/plugins', versions.cniPlugins), {
      name: ofPlugins,
      content: archive(plugins, '.'),
      sum: { suffix: '.sha256', text: (sum) => `${sum}  ${ofPlugins}\n` },
    }),
    ...withSum(releases('kubernetes-sigs/cri-tools', versions.crictl), {
      name: ofCrictl,
      content: archive({ crictl }, 'crictl'),
      sum: { suffix: '.sha256', text: (sum) => `${sum}\n` },
    }),
    [`${releases('opencontainers/runc', versions.runc)}/runc.amd64`]: runc,
    [`${releases('opencontainers/runc', versions.runc)}/runc.sha256sum`]: Buffer.from(
      signedList(`${sha256(runc)}  runc.amd64\n${sha256(Buffer.from('arm'))}  runc.arm64\n`),
    ),
  };
}

/** A server of these files; `changed` answers some of them otherwise, by the ends of their paths. */
export function answerFiles(
  files: Readonly<Record<string, Buffer>>,
  changed: Readonly<Record<string, RequestListener>> = {},
): RequestListener {
  return (request, response) => {
    const { url = '' } = request;
    const other = Object.keys(changed).find((end) => url.endsWith(end));
    const content = files[url];
    const usual = content === undefined ? status(404) : file(content);
    ((other === undefined ? undefined : changed[other]) ?? usual)(request, response);
  };
}

interface Sited {
  readonly name: string;
  readonly content: Buffer;
  readonly sum: { readonly suffix: string; readonly text: (sum: string) => string };
}

function withSum(at: string, { name, content, sum }: Sited): Readonly<Record<string, Buffer>> {
  return {
    [`${at}/${name}`]: content,
    [`${at}/${name}${sum.suffix}`]: Buffer.from(sum.text(sha256(content))),
  };
}

function archiver(directory: string): (programs: Programs, what: string) => Buffer {
  let made = 0;
  return (programs, what) => {
    made += 1;
    const root = join(directory, `archive-${made}`);
    const inside = what === 'bin' ? join(root, 'bin') : root;
    mkdirSync(inside, { recursive: true });
    for (const [name, content] of Object.entries(programs))
      writeFileSync(join(inside, name), content, { mode: name === 'LICENSE' ? 0o644 : 0o755 });
    const options = ['--owner=1001', '--group=1001', '-czf', `${root}.tgz`, '-C', root, what];
    execFileSync('tar', options, { stdio: 'pipe' });
    return readFileSync(`${root}.tgz`);
  };
}

/** As gpg --clear-sign makes it. */
function signedList(rows: string): string {
  return `-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

${rows}-----BEGIN PGP SIGNATURE-----

iQIzBAEBCAAdFiEEzoMNVs/B1JEkTuQ6NE5lXP9sS60FAmZ0
=abcd
-----END PGP SIGNATURE-----
`;
}
