// What the errors of sockets, TLS and undici mean.
import { WebFailure } from './failure.ts';
import { statusFailure } from './status-failure.ts';

/** Where a request goes: hosts with their ports. */
export interface Way {
  readonly host: string;
  readonly proxy: string | undefined;
}

/** Who is at the other end of the connection. */
export function peerOf({ host, proxy }: Way): string {
  return proxy === undefined ? host : `the proxy ${proxy}`;
}

const unknownCa = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
];
const noAnswer = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];
const noWay = ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL'];
const lost = [
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'HPE_INVALID_EOF_STATE',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
];

const network =
  'Check the network. Where the internet is reached through a proxy only, name it in the variable https_proxy.';

/** The failure behind an error of a request; undefined when it is none of the network's. */
export function connectionFailure(error: unknown, way: Way): WebFailure | undefined {
  if (error instanceof WebFailure) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') return undefined;
  return (
    proxyFailure(message, way) ??
    certificateFailure(code, way, error) ??
    networkFailure(code, way, error) ??
    new WebFailure(`the connection to ${peerOf(way)} failed: ${message}`, { hint: network, cause: error })
  );
}

/** undici tells the status of a proxy in words alone, when it opens no tunnel or wants a login. */
function proxyFailure(message: string, way: Way): WebFailure | undefined {
  const status = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(message)?.[1];
  return status === undefined ? undefined : statusFailure({ status: Number(status), by: peerOf(way) });
}

function networkFailure(code: string, way: Way, cause: unknown): WebFailure | undefined {
  const peer = peerOf(way);
  if (code === 'ENOTFOUND') {
    return new WebFailure(`no address is known for ${peer}`, {
      hint: `Is the name right, and does this machine's DNS know it? ${network}`,
      isUnreached: true,
      cause,
    });
  }
  if (code === 'ECONNREFUSED') {
    const hint = `Are host and port right, and does the server run? ${network}`;
    return new WebFailure(`${peer} refuses the connection`, { hint, isUnreached: true, cause });
  }
  const passing = { hint: network, isPassing: true, isUnreached: true, cause };
  if (code === 'EAI_AGAIN') return new WebFailure(`the DNS gives no answer about ${peer}`, passing);
  if (noAnswer.includes(code)) return new WebFailure(`${peer} does not answer`, passing);
  if (noWay.includes(code)) return new WebFailure(`there is no way to ${peer}`, passing);
  if (lost.includes(code)) return new WebFailure(`the connection to ${peer} was cut`, passing);
  return undefined;
}

function certificateFailure(code: string, { host }: Way, cause: unknown): WebFailure | undefined {
  if (unknownCa.includes(code)) {
    return new WebFailure(`the certificate of ${host} is from a CA that is not known`, {
      hint:
        'Name the certificate of its CA, a PEM file, with the option "ca". Those that a Debian machine trusts are ' +
        'in /etc/ssl/certs/ca-certificates.crt.',
      cause,
    });
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const what = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return new WebFailure(`the certificate of ${host} ${what}`, {
      hint: "Is this machine's clock right? If so, those who run the server must renew its certificate.",
      cause,
    });
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'UND_ERR_PRX_TLS') {
    return new WebFailure(`the certificate of ${host} is for another name`, {
      hint: 'Is the host in the URL right? Its certificate must have the name or address that the URL has.',
      cause,
    });
  }
  if (!/^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|EPROTO$|CRL_)/.test(code)) return undefined;
  const hint = 'Does the server speak TLS at this port, and of a version of these years?';
  return new WebFailure(`TLS with ${host} failed: ${oneLine((cause as Error).message)}`, { hint, cause });
}

/** OpenSSL's errors end with a line break, and begin with a number of the thread. */
function oneLine(message: string): string {
  return message
    .trim()
    .replace(/^[\dA-F]{8,}:/, '')
    .replace(/\s+/g, ' ');
}
