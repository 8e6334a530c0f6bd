// Pulling an image as the kubelet does: by asking containerd over the CRI.
import { cmd, script, sequence, type Command } from '../../core/command.ts';
import { failedPullsFile } from '../../facts/host/failed-pulls.ts';
import { proxied } from '../../platform/download-proxy.ts';

/** The limit of a whole step. */
export const pullTimeoutMs = 60 * 60_000;
/** Of one answer, so that its reason is still told. */
const answerSeconds = pullTimeoutMs / 1000 - 60;

/**
 * So containerd itself uses its mirrors, CAs and logins: no password passes through here, and neither crictl nor a certain
 * kubeadm is needed. `ctr` would know no logins.
 * @param api `v1`, or `v1alpha2` of a containerd before 1.6
 */
export function pullCommand(image: string, api: 'v1' | 'v1alpha2'): Command {
  const url = `http://localhost/runtime.${api}.ImageService/PullImage`;
  return sequence([proxied, pull, cmd`pull_image ${octal(pullRequest(image))} ${url}`]);
}

/** The same for an image that the host can do without: a failure is written down and is none. */
export function tolerantPullCommand(image: string, api: 'v1' | 'v1alpha2'): Command {
  const pulling = cmd`${pullCommand(image, api)} || note_failure ${image}`;
  return sequence([failedPullsFile, noteFailure, pulling]);
}

const noteFailure = script(`
note_failure() {
  if is_stale; then rm -f "$notes"; fi
  mkdir -p "\${notes%/*}" && (umask 077 && printf '%s %s\\n' "$1" "$(printf '%s' "$reason" | tr '\\n' ' ')" >>"$notes")
}
`);

/** A message of gRPC, with PullImageRequest { image: ImageSpec { image } } of Kubernetes' CRI in it. */
export function pullRequest(image: string): Buffer {
  const request = field(field(Buffer.from(image)));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(request.length, 1);
  return Buffer.concat([head, request]);
}

/** Field number 1 of a message in Protocol Buffers, with so many bytes. */
function field(content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)];
  return Buffer.concat([Buffer.from([10, ...size]), content]);
}

/** As `printf` of any shell reads bytes. */
function octal(bytes: Buffer): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** What may pass by itself is tried again. gRPC writes "%" and line ends as "%25" and "%0A". */
const pull = script(`
socket=/run/containerd/containerd.sock
ask_containerd() {
  printf "$1" | curl -q -sS --http2-prior-knowledge --unix-socket "$socket" --max-time ${answerSeconds} --noproxy '*' \\
    -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- -o /dev/null -D - "$2" 2>&1 | tr -d '\\r'
}
pull_image() {
  for pause in 2 8 last; do
    answer=$(ask_containerd "$1" "$2")
    if [ "$(printf '%s\\n' "$answer" | sed -n 's/^grpc-status: //p' | tail -n 1)" = 0 ]; then return 0; fi
    reason=$(printf '%s\\n' "$answer" | sed -n 's/^grpc-message: //p' | tail -n 1 | sed 's/%0A/; /g;s/%25/%/g')
    : "\${reason:=$answer}"
    case $pause$reason in
    last*) break ;;
    *' 429 '*|*' 50'[0234]' '*|*'i/o timeout'*|*'handshake timeout'*|*'connection reset'*|*'unexpected EOF'*) sleep "$pause" ;;
    *) break ;;
    esac
  done
  printf '%s\\n' "$reason" >&2
  tell_proxy
}
`);
