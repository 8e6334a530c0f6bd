// What the kernel balances: all virtual servers with their real servers, without ipvsadm.
import { script } from '../../core/command.ts';
import type { IpvsTable } from '../../ipvs/table/model.ts';
import { parseIpvsadmRules } from '../../ipvs/table/parse-ipvsadm.ts';
import { parseProcIpVs } from '../../ipvs/table/parse-proc.ts';
import { tickRate } from '../../ipvs/table/tick-rate.ts';
import type { Fact } from '../fact.ts';

/** `null` when ip_vs is not loaded. */
export const ipvsTable: Fact<IpvsTable | null> = {
  name: 'ipvs.table',
  scope: 'host',
  /**
   * The listing gives persistence in kernel ticks. Only when there is one does it matter how long a tick is: the
   * kernel's configuration tells, or its timers, or ipvsadm, which prints seconds.
   */
  probe: () =>
    script(`
if [ -r /proc/net/ip_vs ]; then
  table=$(cat /proc/net/ip_vs) && printf '%s\\n' "$table"
  case $table in
    *' persistent '*)
      echo '# ticks'
      { cat "/boot/config-$(uname -r)" || zcat /proc/config.gz; } 2>/dev/null | grep '^CONFIG_HZ='
      grep -e '^now at' -e '^jiffies:' /proc/timer_list 2>/dev/null
      echo '# ipvsadm'
      ipvsadm -Sn 2>/dev/null | grep -e ' -p '
      : ;;
  esac
fi
`),
  parse({ stdout, stderr, exitCode }) {
    if (exitCode !== 0) throw new Error(`the table cannot be read: ${stderr.trim()}`);
    if (stdout.trim() === '') return null;
    const [listing = '', ticks = '', rules = ''] = stdout.split(/^# (?:ticks|ipvsadm)$/m);
    const inTicks = parseProcIpVs(listing, 1);
    return parseProcIpVs(listing, tickRate(ticks, inTicks, parseIpvsadmRules(rules)));
  },
};
