# Turns the root file system that mmdebstrap made in $1 into that of lab nodes: $2 is a directory of files to add,
# $3 one with kernel modules, in a directory per kernel version, and what follows are programs that go over Debian's.
set -eu
root=$1 overlay=$2 modules=$3
shift 3

cp -R --no-preserve=mode,ownership "$overlay/." "$root/"
mkdir -p "$root/usr/lib/modules"
cp -R --no-preserve=mode,ownership "$modules/." "$root/usr/lib/modules/"
for version in "$modules"/*; do
  chroot "$root" depmod "${version##*/}"
done

for program in "$@"; do
  install -m 755 "$program" "$root/usr/bin/"
done

# Every node gets its own.
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root/etc/hostname"
: >"$root/etc/machine-id"
: >"$root/etc/fstab"
: >"$root/etc/resolv.conf"

chroot "$root" systemctl --quiet enable lab-node.service lab-cpuinfo.service lab-task.service

# What nodes can do without boots them in half the time.
chroot "$root" systemctl --quiet mask \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  systemd-tmpfiles-clean.timer e2scrub_reap.service getty.target \
  systemd-udevd.service systemd-udev-trigger.service systemd-udevd-kernel.socket systemd-udevd-control.socket \
  systemd-binfmt.service proc-sys-fs-binfmt_misc.automount systemd-pstore.service systemd-random-seed.service \
  systemd-repart.service systemd-sysusers.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  kmod-static-nodes.service dev-hugepages.mount sys-fs-fuse-connections.mount sys-kernel-config.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount \
  modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@fuse.service \
  modprobe@loop.service
mkdir -p "$root/etc/systemd/system-generators"
for name in bless-boot cryptsetup debug getty gpt-auto hibernate-resume integritysetup rc-local run system-update \
  veritysetup; do
  ln -s /dev/null "$root/etc/systemd/system-generators/systemd-$name-generator"
done
