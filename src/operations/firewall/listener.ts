// A listener for a minute, made of what a bare host has. It says who it is to whoever connects, and nothing else.
import { cmd, script, type Command } from '../../core/command.ts';
import { listenerDirectory, listenerSeconds, plainPerl } from '../../facts/firewall/own-listener.ts';

/**
 * Whether a text is what the listener of a host says at a port: a foreign one, a NAT or a balancer says something else, or
 * nothing.
 */
export function isGreeting(text: string, node: string, port: number): boolean {
  return text === `ipvs-bootstrap-listener ${node} ${port}`;
}

export interface Listening {
  readonly node: string;
  /** Such as perl: one of the programs of the fact `listener.own`. */
  readonly program: string;
  readonly isIpv6: boolean;
  readonly ports: readonly number[];
}

/** Ports that somebody holds are left alone. Ends when all ports listen, the listener going on by itself. */
export function startListener({ node, program, isIpv6, ports }: Listening): Command {
  return cmd`directory=${listenerDirectory} program=${program} greeting=${`ipvs-bootstrap-listener ${node}`}
seconds=${listenerSeconds} family=${isIpv6 ? '6' : '4'}
set -- ${ports}
perl=${perlListener} python=${pythonListener}
${start}`;
}

/** Ends it before its time. */
export function stopListener(processes: readonly number[]): Command {
  const end = processes.length === 0 ? script('') : cmd`kill ${processes} 2>/dev/null; `;
  return cmd`${end}rm -rf ${listenerDirectory}`;
}

/**
 * Whoever connects hangs up first: closing on what has not been read would take the greeting along. SO_REUSEADDR takes ports whose earlier connections are ending, and none on which somebody
 * listens.
 */
const perlListener = `
use Socket;
my ($greeting, $seconds, $family, @ports) = @ARGV;
alarm $seconds;
$SIG{PIPE} = 'IGNORE';
my (%port, $all, @clients);
for my $port (@ports) {
  my $six = $family == 6;
  socket(my $socket, $six ? AF_INET6 : AF_INET, SOCK_STREAM, 0) or next;
  setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
  my $place = $six ? Socket::pack_sockaddr_in6($port, Socket::inet_pton(AF_INET6, '::')) : sockaddr_in($port, INADDR_ANY);
  bind($socket, $place) && listen($socket, 128) or next;
  $port{fileno($socket)} = [$socket, $port];
  vec($all, fileno($socket), 1) = 1;
  syswrite(STDOUT, "port $port\\n");
}
syswrite(STDOUT, "ready\\n");
exit unless %port;
while (1) {
  next unless select(my $ready = $all, undef, undef, undef) > 0;
  for my $number (keys %port) {
    next unless vec($ready, $number, 1);
    accept(my $client, $port{$number}[0]) or next;
    syswrite($client, "$greeting $port{$number}[1]\\r\\n");
    push(@clients, $client);
    shift(@clients) if @clients > 128;
  }
}
`;

const pythonListener = `
import select, signal, socket, sys
greeting, seconds, family = sys.argv[1:4]
signal.alarm(int(seconds))
held = {}
clients = []
for port in sys.argv[4:]:
    one = socket.socket(socket.AF_INET6 if family == '6' else socket.AF_INET, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind(('', int(port)))
        one.listen(128)
    except OSError:
        continue
    held[one] = port
    print('port ' + port, flush=True)
print('ready', flush=True)
while held:
    for one in select.select(list(held), [], [])[0]:
        try:
            client, _ = one.accept()
            client.sendall((greeting + ' ' + held[one] + '\\r\\n').encode())
            clients = clients[-127:] + [client]
        except OSError:
            pass
`;

// The environment bears the listener's name: by it a process is known. Nothing of the login's surroundings is run as root.
const start = script(`
cd / || exit
${plainPerl}
[ ! -e "$directory/pids" ] || while read -r pid; do
  tries=0
  while grep -qs ipvs-bootstrap-listener "/proc/$pid/environ" && [ "$tries" -lt 50 ]; do
    kill "$pid" 2>/dev/null
    sleep 0.1
    tries=$((tries + 1))
  done
done <"$directory/pids"
rm -rf "$directory"
mkdir -p "$directory" && : >"$directory/started" && : >"$directory/pids" && : >"$directory/ports" || exit
marked() { LISTENER=ipvs-bootstrap-listener setsid "$@" </dev/null >>"$directory/ports" 2>/dev/null & echo $! >>"$directory/pids"; }
listens() { grep -qs "^ *[0-9]*: [0-9A-F]*:$(printf %04X "$1") [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6; }
case $program in
  perl) marked perl -e "$perl" "$greeting" "$seconds" "$family" "$@" ;;
  *python*) marked "$program" -I -c "$python" "$greeting" "$seconds" "$family" "$@" ;;
  *)
    started=
    for port; do
      ! listens "$port" || continue
      place=0.0.0.0:$port
      [ "$family" = 4 ] || place=[::]:$port
      marked timeout "$seconds" "$program" -l "$place" --accept --inetd \\
        /bin/sh -c 'echo "$0"; timeout 3 cat >/dev/null' "$greeting $port"
      started="$started $!:$port"
    done
    tries=0
    for one in $started; do
      until listens "\${one#*:}" || ! kill -0 "\${one%:*}" 2>/dev/null || [ "$tries" -ge 50 ]; do
        sleep 0.1
        tries=$((tries + 1))
      done
      if listens "\${one#*:}" && kill -0 "\${one%:*}" 2>/dev/null; then echo "port \${one#*:}"; fi
    done >>"$directory/ports"
    echo ready >>"$directory/ports" ;;
esac
tries=0
until grep -q '^ready$' "$directory/ports" || [ "$tries" -ge 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
:
`);
