// A CA that nobody knows, and certificates of it for one address, made by openssl.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

export interface Certificates {
  /** The CA's certificate. */
  readonly ca: string;
  readonly good: KeyPair;
  readonly expired: KeyPair;
  /** For another name. */
  readonly foreign: KeyPair;
}

/** Writes them below `directory`. */
export function makeCertificates(directory: string, address = '127.0.0.1'): Certificates {
  const run = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-batch'];
  run(
    'req',
    '-x509',
    ...newKey,
    '-subj',
    '/CN=Company CA',
    '-days',
    '2',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  );
  writeFileSync(join(directory, 'ca.conf'), caConfiguration);
  writeFileSync(join(directory, 'index'), '');
  const make = (name: string, altName: string, ...dates: readonly string[]): KeyPair => {
    run('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${altName}\n`);
    const files = ['-in', `${name}.csr`, '-out', `${name}.crt`, '-extfile', `${name}.ext`];
    run('ca', '-batch', '-config', 'ca.conf', '-notext', ...dates, ...files);
    const read = (file: string): string => readFileSync(join(directory, file), 'utf8');
    return { key: read(`${name}.key`), cert: read(`${name}.crt`) };
  };
  return {
    good: make('good', `IP:${address}`, '-days', '2'),
    expired: make('expired', `IP:${address}`, '-startdate', '20200101000000Z', '-enddate', '20200201000000Z'),
    foreign: make('foreign', 'DNS:other.example', '-days', '2'),
    ca: readFileSync(join(directory, 'ca.crt'), 'utf8'),
  };
}

/** `openssl x509` cannot give dates of the past, but the CA can. */
const caConfiguration = `
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
`;
