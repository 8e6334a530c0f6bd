# This kernel's /proc/cpuinfo has no clock rate, without which the kubelet does not start, and no core, without which
# `ps aux` of procps 4 fails ("Unable to get system boot time"): adds them.
set -eu

grep -q '^cpu MHz' /proc/cpuinfo && exit 0
sed 's/^flags\t/cpu MHz\t\t: 2400.000\ncore id\t\t: 0\n&/' /proc/cpuinfo >/run/cpuinfo
mount --bind /run/cpuinfo /proc/cpuinfo
