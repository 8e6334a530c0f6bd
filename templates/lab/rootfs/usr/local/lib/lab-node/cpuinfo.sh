# This kernel's /proc/cpuinfo has no clock rate, without which the kubelet does not start: adds one.
set -eu

grep -q '^cpu MHz' /proc/cpuinfo && exit 0
sed 's/^flags\t/cpu MHz\t\t: 2400.000\n&/' /proc/cpuinfo >/run/cpuinfo
mount --bind /run/cpuinfo /proc/cpuinfo
