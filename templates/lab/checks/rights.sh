# Does what a lab does as root, small: to be run in mount and network namespaces of its own, with which all of it goes.
# Takes the size of a node's memory, the pieces of memory that a node may need, the user and the group that nodes run
# as, and the compiled node-kernel.c.
# Prints a line for each step: "STEP ok", or "STEP WHY" for the first that fails, which is the end.
size=$1 pieces=$2 user=$3 group=$4 program=$5

try() {
  step=$1
  shift
  if said=$("$@" 2>&1 </dev/null); then
    echo "$step ok"
  else
    status=$?
    echo "$step ${said:-$1 failed with exit status $status}" | tr '\n' ' '
    exit 0
  fi
}

inside() {
  ip netns exec lab-check "$@"
}

try mount mount -t tmpfs -o "size=$size,mode=1777" lab-memory /dev/shm
# Where ip(8) notes the names of network namespaces; the machine's own place shall not know this one.
try mount mount -t tmpfs lab-check /run
try namespace ip netns add lab-check
try veth ip link add lab-check type veth peer name machine netns lab-check
try bridge ip -n lab-check link add lab0 type bridge
try bridge ip -n lab-check link set machine master lab0 up
try tun ip -n lab-check tuntap add dev tap-check mode tap user "$user"
try tun ip -n lab-check link set tap-check master lab0 up
try enter inside true
try settings inside sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
# Opened only, as that changes nothing.
if [ "$(cat /proc/sys/vm/max_map_count)" -lt "$pieces" ]; then
  try limits sh -c ': >>/proc/sys/vm/max_map_count'
fi
if [ "$user" = 0 ]; then
  inside "$program" /dev/shm tap-check 2>&1
else
  inside setpriv --reuid="$user" --regid="$group" --clear-groups "$program" /dev/shm tap-check 2>&1
fi
