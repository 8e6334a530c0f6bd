// Hosts for the built program: this machine behind a real sshd, several times, with a systemctl that only pretends.
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toYaml } from '../../src/render/yaml.ts';
import { writeEmptyBundle } from './empty-bundle.ts';
import { startSshd, type Sshd } from './sshd.ts';

/** Addresses on which the sshd listens, one a host; the first is the control plane. */
const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
const runDirectory = '/run/ipvs-bootstrap';

export interface CliWorld {
  readonly directory: string;
  readonly sshd: Sshd;
  /** Name of the cluster, which no other test uses. */
  readonly cluster: string;
  /** A service that the pretended systemctl knows; restarting it takes as long as `slow` says. */
  readonly unit: string;
  /** Writes an inventory of the first `hosts` addresses, called n1, n2, n3; changes go to its `ssh`. */
  inventory(name: string, hosts?: number, ssh?: object, more?: readonly object[]): string;
  /** Writes a playbook of one phase. */
  playbook(name: string, tasks: readonly object[]): string;
  path(...parts: readonly string[]): string;
  /** Has the service take so many seconds to start. */
  slow(seconds: number): void;
  /** What systemctl was asked for. */
  calls(): readonly string[];
  stop(): Promise<void>;
}

export async function startCliWorld(): Promise<CliWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'cli-world-'));
  const path = (...parts: readonly string[]): string => join(directory, ...parts);
  const id = `test-${process.pid}-${directory.slice(-6).toLowerCase()}`;
  const unit = `${id}.service`;
  writeSystemctl(path('bin'), directory);
  // Journals of tests are of no use to the user who runs them.
  process.env['XDG_STATE_HOME'] = path('state');
  writeEmptyBundle(path('bundle'));
  const sshd = await startSshd({
    config: [
      ...addresses.slice(1).map((address) => `ListenAddress ${address}`),
      `SetEnv PATH=${path('bin')}:/usr/sbin:/usr/bin:/sbin:/bin`,
    ],
  });
  for (const address of addresses.slice(1)) {
    const line = `[${address}]:${sshd.port} ${sshd.publicHostKey('ed25519')}\n`;
    appendFileSync(sshd.knownHostsFile, line);
  }
  return {
    directory,
    sshd,
    cluster: id,
    unit,
    path,
    inventory: (name, hosts = 1, ssh = {}, more = []) =>
      write(path(`${name}.yaml`), {
        cluster: { name: id, kubernetes: { version: 'v1.20.2', source: { bundle: './bundle' } } },
        hosts: [
          ...addresses.slice(0, hosts).map((address, index) => ({
            name: `n${index + 1}`,
            address,
            roles: index === 0 ? ['control-plane', 'worker'] : ['worker'],
          })),
          ...more,
        ],
        ssh: {
          user: 'root',
          port: sshd.port,
          identityFile: sshd.identityFile,
          knownHostsFile: sshd.knownHostsFile,
          ...ssh,
        },
      }),
    playbook: (name, tasks) => write(path(`${name}.playbook.yaml`), { name, title: `Do ${name}`, tasks }),
    slow: (seconds) => {
      writeFileSync(path('slow'), String(seconds));
    },
    calls: () => (existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8').trim().split('\n') : []),
    stop: async () => {
      await sshd.stop();
      rmSync(directory, { recursive: true, force: true });
      rmSync(join(runDirectory, `${id}.lock`), { force: true });
      rmSync(join(runDirectory, `${unit}.started`), { force: true });
    },
  };
}

function write(file: string, document: object): string {
  writeFileSync(file, toYaml(document));
  return file;
}

/** Knows one service, whose state is files in `state`. */
function writeSystemctl(bin: string, state: string): void {
  mkdirSync(bin);
  const file = join(bin, 'systemctl');
  writeFileSync(
    file,
    `#!/bin/sh
cd ${state} || exit
[ "$1" != -q ] || shift
verb=$1
[ "$verb" = show ] || echo "$verb" >>calls
case $verb in
show)
  for name in $(echo "$3" | tr , ' '); do
    case $name in
    LoadState) echo LoadState=loaded ;;
    ActiveState) [ -e active ] && echo ActiveState=active || echo ActiveState=inactive ;;
    SubState) [ -e active ] && echo SubState=running || echo SubState=dead ;;
    UnitFileState) [ -e enabled ] && echo UnitFileState=enabled || echo UnitFileState=disabled ;;
    NeedDaemonReload) echo NeedDaemonReload=no ;;
    ExecMainStartTimestampMonotonic) echo "$name=$(cat started 2>/dev/null || echo 0)" ;;
    esac
  done ;;
enable) : >enabled ;;
restart)
  [ ! -e slow ] || sleep "$(cat slow)"
  cut -d' ' -f1 /proc/uptime | tr -d . | sed 's/$/0000/' >started
  : >active ;;
esac
`,
  );
  chmodSync(file, 0o755);
}
