// Questions by UDP from a probe, by bash. For use inside other probes.
import { script } from '../core/command.ts';

/**
 * Defines `udp_ask HOST PORT HEX SECONDS`: sends the bytes and prints how many came back; fails when none did. A packet
 * has to leave by one write, but bash writes line by line: so dd gathers what it writes.
 */
export const udpAsk = script(`
udp_ask() {
  for udp_program in bash timeout dd od; do
    if ! command -v "$udp_program" >/dev/null 2>&1; then echo "there is no $udp_program to ask with"; return 127; fi
  done
  udp_bytes=$(printf '%s' "$3" | sed 's/../\\\\x&/g')
  LC_ALL=C timeout "$(($4 + 1))" bash -c 'exec 3<>"/dev/udp/$0/$1" &&
    printf "$2" | dd status=none obs=65536 >&3 && timeout "$3" dd status=none bs=65535 count=1 <&3 | od -A n -v -t x1' \\
    "$1" "$2" "$udp_bytes" "$4" 2>&1 | awk '
      /^( [0-9a-f][0-9a-f])+ *$/ { bytes += NF; next }
      { said = $0 }
      END { if (bytes) print bytes " bytes"; else { sub(/.*: /, "", said); print said; exit 1 } }'
}
`);
