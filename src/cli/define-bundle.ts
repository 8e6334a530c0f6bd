// Definitions of the commands that make, check and spread bundles.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { codenames, releases, type Release } from '../local/debian/releases.ts';
import { lazy, type ProgramPorts } from './action.ts';

const origins = ['binaries', 'packages', 'modules'] as const;

export function defineBundleCommands(program: Command, ports: ProgramPorts): void {
  const bundle = program
    .command('bundle')
    .description('everything to install, in one directory, for places without internet');
  bundle
    .command('create')
    .description('fetch what a cluster consists of; a second call fetches only what lacks')
    .argument('<bundle>', 'directory to make, or an archive that ends with .tar')
    .option('-k, --kubernetes <version>', 'release of Kubernetes, such as v1.37.2')
    .addOption(
      // The parser comes last: it has more to say than which ones there are.
      new Option('--from <source>', 'what Kubernetes itself comes from').choices(origins).argParser(origin),
    )
    .option(
      '--inventory <inventory>',
      'take version, mirror and the images of workloads and pod network from this',
    )
    .addOption(
      new Option('--release <list>', 'releases of Debian whose packages come along: 12, 13')
        .argParser(releaseList)
        .default([], 'none'),
    )
    .addOption(new Option('--architecture <name>', 'processors of the hosts').choices(['amd64', 'arm64']))
    .addOption(
      new Option('--image <image>', 'one more image; may be repeated').argParser(collect).default([], 'none'),
    )
    .option('--image-repository <repository>', 'where Kubernetes’ images are (default: registry.k8s.io)')
    .option('--mirror <URL>', 'where its programs or packages are (default: those of its makers)')
    .option('--key <fingerprint>', 'of the key that signs its packages (default: that of its makers)')
    .option('--ca <file>', 'certificates to believe, of mirror and registries')
    .option('--authfile <file>', 'logins to registries, as skopeo login writes them')
    .option('--sign <file>', 'sign it with this key of SSH')
    .option('-n, --dry-run', 'only show what would be in it', false)
    .addHelpText('after', createHelp)
    .action(lazy(ports, () => import('./bundle/create.ts')));
  bundle
    .command('verify')
    .description('compare every file with the manifest, and say what should not be there')
    .argument('<bundle>', 'directory or archive')
    .option(
      '--allowed-signers <file>',
      'it must be signed by one of these, as ssh-keygen -Y verify reads them',
    )
    .addHelpText('after', verifyHelp)
    .action(lazy(ports, () => import('./bundle/verify.ts')));
  bundle
    .command('push')
    .description('put all images of a bundle into a registry')
    .argument('<registry>', 'with the path of a repository, such as registry.example/k8s')
    .argument('<bundle>', 'directory')
    .option('--ca <file>', 'certificates to believe')
    .option('--authfile <file>', 'logins to registries, as skopeo login writes them')
    .addHelpText('after', pushHelp)
    .action(lazy(ports, () => import('./bundle/push.ts')));
}

/** @throws InvalidArgumentError for anything else */
function origin(text: string): (typeof origins)[number] {
  const found = origins.find((one) => one === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(
    text === 'registry'
      ? 'Registries have the images, and are asked for them whatever it is; kubeadm, kubelet and kubectl are in none.'
      : `It must be ${origins.slice(0, -1).join(', ')} or ${String(origins.at(-1))}.`,
  );
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** May be repeated, too. @throws InvalidArgumentError for anything but releases, by version or by name. */
function releaseList(text: string, previous: readonly Release[]): readonly Release[] {
  const named = text.split(',').map((name) => {
    const found = releases.find((release) => release === name.trim() || codenames[release] === name.trim());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be releases of Debian: ${releases.join(', ')}.`);
  });
  return [...new Set([...previous, ...named])];
}

const createHelp = `
Examples:
  ipvs-bootstrap bundle create ./bundle -k v1.37.2 --release 13       for hosts with Debian 13
  ipvs-bootstrap bundle create ./bundle -k v1.37.2 --from packages    Kubernetes' own .deb packages instead of programs
  ipvs-bootstrap bundle create ./bundle -k v1.37.2 --from modules     compiled here, from Go modules
  ipvs-bootstrap bundle create ./bundle --inventory cluster.yaml -n   what would be in it
  ipvs-bootstrap bundle create bundle.tar -k v1.37.2 --release 12,13 --image nginx:1.27 --sign ~/.ssh/id_ed25519`;

const verifyHelp = `
Examples:
  ipvs-bootstrap bundle verify ./bundle
  ipvs-bootstrap bundle verify bundle.tar --allowed-signers signers`;

const pushHelp = `
Examples:
  skopeo login registry.example
  ipvs-bootstrap bundle push registry.example/k8s ./bundle`;
