// The texts and numbers an inventory is made of: names, addresses, versions. Each says what it must be.
import { z } from 'zod';
import { fullVersion } from '../../core/full-version.ts';
import {
  formatCidr,
  isIpv6,
  isPlainHost,
  parseCidr,
  parseIp,
  parseRange,
  splitNetworks,
} from '../../core/ip.ts';
import { parseEndpoint } from './endpoint.ts';

/** What a key is for, in one or two sentences: shown by the reference, editors and "is missing" errors. */
export function about(description: string): { readonly description: string } {
  return { description };
}

export interface Complaint {
  /** Starts with "must": what the value has to be. */
  readonly rule: string;
  readonly hint?: string | undefined;
}

/** A text that is free of complaints. The title names it in messages and in the reference. */
export function text(title: string, complain: (value: string) => Complaint | undefined) {
  const checked = z.string().check((context) => {
    const complaint = complain(context.value);
    if (complaint === undefined) return;
    const { rule, hint } = complaint;
    context.issues.push({ code: 'custom', input: context.value, message: rule, params: { hint } });
  });
  return checked.meta({ title });
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelRule = 'must be lower-case letters, digits and "-", with a letter or digit at both ends';

/** A name as Kubernetes wants it (DNS-1123 label). */
export const labelName = z.string().max(63).regex(label, labelRule).meta({ title: 'a name' });

/** A Service's name must also start with a letter (DNS-1035 label). */
export const serviceName = z
  .string()
  .max(63)
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, `${labelRule}, and start with a letter`)
  .meta({ title: 'a name' });

/** A node's name. Not longer than a label value, because Kubernetes writes it into one. */
export const hostName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be a host name in lower-case letters, digits, "-" and "."',
  )
  .meta({ title: 'a host name' });

export const ipAddress = text('an IPv4 or IPv6 address', (value) => {
  if (parseIp(value) !== undefined) return undefined;
  return { rule: 'must be an IPv4 or IPv6 address', hint: addressHint(value) };
});

function addressHint(value: string): string | undefined {
  const [address = '', suffix] = value.split(/[/:](?=\d+$)/);
  if (suffix !== undefined && parseIp(address) !== undefined) return `Write the address alone: ${address}.`;
  if (/^::ffff:/i.test(value)) return 'Write the IPv4 address itself.';
  if (value.includes('%')) return 'An address with a zone ("%eth0") means something else on every host.';
  if (/^[a-z][a-z0-9.-]*$/i.test(value)) return 'Names are not looked up: give the address.';
  if (/(^|\.)0\d/.test(value)) return 'Write the numbers without leading zeros.';
  return undefined;
}

export const cidr = text('a CIDR such as 10.244.0.0/16', complainOfCidr);

function complainOfCidr(value: string): Complaint | undefined {
  const network = parseCidr(value);
  if (network === undefined) {
    const hint = parseIp(value) === undefined ? undefined : 'The prefix length is missing.';
    return { rule: 'must be a CIDR such as 10.244.0.0/16', hint };
  }
  if (network.address.value === network.first) return undefined;
  return { rule: 'must be the first address of its network', hint: `Did you mean ${formatCidr(network)}?` };
}

const pairRule = 'must be one network, or one of IPv4 and one of IPv6';

/** Networks as kubeadm writes those of both families, with a comma between them. */
const networkText = text('a CIDR such as 10.244.0.0/16', (value) => {
  const parts = splitNetworks(value);
  if (parts.length === 1) return complainOfCidr(value);
  const complaint = parts.map(complainOfCidr).find((found) => found !== undefined);
  return complaint ?? (isOfBothFamilies(parts) ? undefined : { rule: pairRule });
});

const networkList = z
  .array(cidr)
  .min(1)
  .check(({ value, issues }) => {
    const isRight = value.length === 1 || isOfBothFamilies(value);
    if (!isRight) issues.push({ code: 'custom', input: value, message: pairRule });
  });

/** A network of the cluster, or one of each family; as a text with a comma in the end. */
export const networks = z
  .union([networkText, networkList])
  .transform((value) => (typeof value === 'string' ? splitNetworks(value) : value).join(','))
  .meta({ title: 'a CIDR, or a list of two: one of IPv4 and one of IPv6' });

function isOfBothFamilies(cidrs: readonly string[]): boolean {
  return cidrs.length === 2 && new Set(cidrs.map(isIpv6)).size === 2;
}

/** One entry of an address pool. */
export const addressRange = text('an address, a range or a CIDR', (value) => {
  if (parseRange(value) === undefined) {
    const isBackwards = parseRange(value.split('-').toReversed().join('-')) !== undefined;
    return {
      rule: 'must be an address, a range FIRST-LAST or a CIDR',
      hint: isBackwards ? 'The lower address comes first.' : undefined,
    };
  }
  const network = parseCidr(value);
  if (network === undefined || network.address.value === network.first) return undefined;
  return { rule: 'must be the first address of its network', hint: `Did you mean ${formatCidr(network)}?` };
});

export const interfaceName = text('the name of a network interface', (value) => {
  const rule = 'must be the name of a network interface, such as eth0';
  if (/^[^:]+:\d+$/.test(value))
    return { rule, hint: `Name the interface itself: ${value.replace(/:.*/, '')}.` };
  // A leading "-" would be an option to programs that take the name.
  if (!/^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}$/.test(value) || value === '.' || value === '..') return { rule };
  if (value === 'kube-ipvs0') {
    return {
      rule: 'must not be kube-ipvs0',
      hint: 'kube-proxy removes every address there that is not its own.',
    };
  }
  if (value === 'lo') return { rule: 'must not be the loopback interface' };
  return undefined;
});

export const port = z.int().min(1).max(65535).meta({ title: 'a port number' });

export const kubernetesVersion = text('a version such as v1.20.2', (value) => {
  if (fullVersion.test(value)) return undefined;
  const hint = /^\d+\.\d+\.\d+$/.test(value) ? `Did you mean v${value}?` : versionHint(value);
  return { rule: 'must be a full version such as v1.20.2', hint };
});

function versionHint(value: string): string | undefined {
  if (/^v?\d+\.\d+$/.test(value)) return 'Give the patch release too: the third number.';
  return /^v?\d+\.\d+\.\d+[-+]/.test(value) ? 'Pre-releases and vendor builds are not supported.' : undefined;
}

/** Where the API server is reached: `HOST` or `HOST:PORT`. */
export const endpoint = text('HOST or HOST:PORT', (value) =>
  parseEndpoint(value) === undefined
    ? { rule: 'must be a host name or an address, with ":PORT" if it is not 6443', hint: endpointHint(value) }
    : undefined,
);

function endpointHint(value: string): string | undefined {
  return /^https?:/.test(value) ? 'Leave out the "https://" and what follows the port.' : undefined;
}

/** A path on this machine. */
export const localPath = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$/, 'must be a path on one line')
  .meta({ title: 'a path' });

/** A manifest: a path on this machine, or where it is fetched from. */
export const manifestPlace = text('a path or a URL', (value) => {
  const rule = 'must be a path on one line, or a URL';
  if (value === '' || value.length > 4096 || /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/.test(value))
    return { rule };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return undefined;
  if (!isWebUrl(value) || !URL.canParse(value)) {
    return { rule: 'must be a path, or a URL that starts with https:// or http://' };
  }
  const url = new URL(value);
  if (url.username === '' && url.password === '') return undefined;
  return {
    rule: 'must be a URL without a name and a password in it',
    hint: 'Download it, and name the file.',
  };
});

/** Whether a manifest's place is a URL. */
export function isWebUrl(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

/** It is written into settings of the hosts' package managers. */
export const plainHostHint = 'A host is a name of letters, digits, "-", "_" and ".", or an address.';

/** A site that programs are fetched from, which hosts run as root: nobody on the way may change them. */
export const webSite = text('a URL that starts with https://', (value) =>
  complainOfSite(value, /^https:\/\/[^\s/]/, 'https://'),
);

/** A site of packages, which are signed: whoever changes them on the way is found out. */
export const packageSite = text('a URL that starts with https:// or http://', (value) =>
  complainOfSite(value, /^https?:\/\/[^\s/]/, 'https:// or http://'),
);

function complainOfSite(value: string, pattern: RegExp, start: string) {
  const rule = `must be a URL that starts with ${start}, such as https://mirror.example/kubernetes`;
  if (value.length > 2048 || !pattern.test(value) || /\s/.test(value) || !URL.canParse(value))
    return { rule };
  const { username, password, hostname, search, hash } = new URL(value);
  if (!isPlainHost(hostname)) return { rule, hint: plainHostHint };
  if (username !== '' || password !== '')
    return {
      rule: 'must be a URL without a name and a password in it',
      hint: 'A password belongs in a file that you alone can read, and not in an inventory.',
    };
  return search === '' && hash === '' ? undefined : { rule: 'must be a URL without "?" and "#"' };
}

/** As kubeadm prints it: `[ERROR NumCPU]: …`, `[ERROR Port-10250]: …`. */
export const preflightCheck = z
  .string()
  .max(253)
  .regex(/^[A-Za-z][\w.-]*$/, "must be the name of one of kubeadm's checks, such as NumCPU or Port-10250")
  .meta({ title: "the name of one of kubeadm's checks" });

export const keyFingerprint = z
  .string()
  .regex(/^[0-9A-Fa-f]{40}$/, 'must be the 40 hexadecimal digits of an OpenPGP key, without blanks')
  .transform((digits) => digits.toUpperCase())
  .meta({ title: 'the fingerprint of an OpenPGP key' });

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits in lower case, as sha256sum prints them')
  .meta({ title: 'a SHA-256' });

export const loginName = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]*$/, 'must be a login name')
  .meta({ title: 'a login name' });

/** Where something is connected to: unlike a node, a bastion may be given by its name. */
export const connectAddress = text('an address or a host name', (value) =>
  parseIp(value) !== undefined || /^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/.test(value)
    ? undefined
    : { rule: 'must be an address or a host name', hint: addressHint(value) },
);

/** A host key to accept: its fingerprint, or the key as in a known_hosts file. */
export const hostKeyPin = text('SHA256:… or a public host key', (value) =>
  /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(value) ||
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) AAAA[A-Za-z0-9+/]{40,}={0,2}( .*)?$/.test(value)
    ? undefined
    : {
        rule: 'must be a fingerprint SHA256:… or a public key such as ssh-ed25519 AAAA…',
        hint: 'On the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
      },
);

export const environmentName = z
  .string()
  .max(255)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .meta({ title: 'the name of an environment variable' });

/** What stands before the name in an image reference: REGISTRY[/PATH]. */
export const imageRepository = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*$/,
    'must be a registry with the path of its repository, such as registry.example/k8s',
  )
  .meta({ title: 'REGISTRY[:PORT][/PATH]' });

/** An image reference: [REGISTRY/]NAME[:TAG][@DIGEST]. */
export const imageReference = z
  .string()
  .max(255)
  .regex(
    /^([A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?\/)?[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(\/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'must be an image reference such as nginx:1.25',
  )
  .meta({ title: 'an image reference' });
