# Gives this node its name, address and keys: from the words on the kernel's command line and from the directory on
# the machine that is the root of this node's hostfs.
set -eu
# Debian 13's mount has another way to say options, which hostfs does not understand: the old way, please.
export LIBMOUNT_FORCE_MOUNT2=always

host= address= gateway=
for word in $(cat /proc/cmdline); do
  case $word in
    lab.host=*) host=${word#*=} ;;
    lab.ip=*) address=${word#*=} ;;
    lab.gw=*) gateway=${word#*=} ;;
  esac
done

hostname "$host"
echo "$host" >/etc/hostname
printf '127.0.0.1 localhost\n%s %s\n' "${address%/*}" "$host" >/etc/hosts

ip link set lo up
ip address replace "$address" brd + dev vec0
ip link set vec0 up
ip route replace default via "$gateway"

mkdir -p /run/lab-seed /root/.ssh
mount -t hostfs -o ro,/ none /run/lab-seed
install -m 600 /run/lab-seed/ssh_host_ed25519_key /etc/ssh/
install -m 644 /run/lab-seed/ssh_host_ed25519_key.pub /etc/ssh/
install -m 600 /run/lab-seed/authorized_keys /root/.ssh/
umount /run/lab-seed
