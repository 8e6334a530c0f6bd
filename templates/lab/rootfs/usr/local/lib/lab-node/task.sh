# Runs the script `task` in the machine's directory that `lab.task=` names, and leaves its exit status there.
set -eu
# Debian 13's mount has another way to say options, which hostfs does not understand: the old way, please.
export LIBMOUNT_FORCE_MOUNT2=always

directory=
for word in $(cat /proc/cmdline); do
  case $word in
    lab.task=*) directory=${word#*=} ;;
  esac
done

mkdir -p /run/lab-task
mount -t hostfs -o "$directory" none /run/lab-task
status=0
sh /run/lab-task/task >/run/lab-task/output 2>&1 || status=$?
echo "$status" >/run/lab-task/status
sync
