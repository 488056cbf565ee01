#!/bin/bash
# Become a machine of our own: run by machine.py in new namespaces. The root is a system under a layer that is thrown
# away; /sys and the system's settings cannot be written, devices are the harmless ones, the network is loopback.
set -euo pipefail
place=$1 system=$2 layer=$3 target=$4
mount --make-rprivate /
mount -t tmpfs tmpfs "$place"
mkdir "$place"/{up,work,root}
cp -r "$layer"/. "$place/up"
mount -t overlay overlay -o "lowerdir=$system,upperdir=$place/up,workdir=$place/work" "$place/root"
cd "$place/root"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs dev
mkdir dev/pts dev/shm
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
shift 4
while (($#)); do # what else is to be seen, and where
  mkdir -p ".$2"
  mount --rbind "$1" ".$2"
  shift 2
done
ip link set lo up
mkdir -p mnt/before
pivot_root . mnt/before
cd /
umount -l /mnt/before
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system "--unit=$target" \
  --log-target=console --show-status=no
