# Gives this node its name, addresses and keys: from the words on the kernel's command line and from the directory on
# the machine that is the root of this node's hostfs.
set -eu
# Debian 13's mount has another way to say options, which hostfs does not understand: the old way, please.
export LIBMOUNT_FORCE_MOUNT2=always

host= addresses= gateways=
for word in $(cat /proc/cmdline); do
  case $word in
    lab.host=*) host=${word#*=} ;;
    lab.ip=*) addresses=$(echo "${word#*=}" | tr , ' ') ;;
    lab.gw=*) gateways=$(echo "${word#*=}" | tr , ' ') ;;
  esac
done

hostname "$host"
echo "$host" >/etc/hostname
printf '127.0.0.1 localhost\n::1 ip6-localhost\n' >/etc/hosts
: >/etc/resolv.conf

ip link set lo up
for address in $addresses; do
  echo "${address%/*} $host" >>/etc/hosts
  case $address in
    # The lab gives each address once, so nobody need be asked for it.
    *:*) ip address replace "$address" dev vec0 nodad ;;
    *) ip address replace "$address" brd + dev vec0 ;;
  esac
done
ip link set vec0 up
for gateway in $gateways; do
  # It knows the other nodes' names.
  echo "nameserver $gateway" >>/etc/resolv.conf
  case $gateway in
    *:*) ip -6 route replace default via "$gateway" dev vec0 ;;
    *) ip route replace default via "$gateway" ;;
  esac
done

mkdir -p /run/lab-seed /root/.ssh
mount -t hostfs -o ro,/ none /run/lab-seed
install -m 600 /run/lab-seed/ssh_host_ed25519_key /etc/ssh/
install -m 644 /run/lab-seed/ssh_host_ed25519_key.pub /etc/ssh/
install -m 600 /run/lab-seed/authorized_keys /root/.ssh/
umount /run/lab-seed
