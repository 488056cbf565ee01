#!/bin/bash
# Run a command in a system below a folder: called by bare.py in new namespaces. What is written there goes into a layer;
# the network is the caller's, and with it the certificates that pip trusts here (TRUSTED), where it names some.
set -euo pipefail
system=$1 layer=$2
shift 2
mount --make-rprivate /
mkdir -p "$layer"/{up,work,root}
mount -t overlay overlay -o "lowerdir=$system,upperdir=$layer/up,workdir=$layer/work" "$layer/root"
here=$layer/root
mount -t proc proc "$here/proc"
mount --rbind /dev "$here/dev"
lay() { mkdir -p "$here${2%/*}" && touch "$here$2" && mount --bind "$1" "$here$2"; }
lay /etc/resolv.conf /etc/resolv.conf
[[ -z ${PIP_CERT-} ]] || lay "$TRUSTED" "$PIP_CERT"
while [[ $1 != -- ]]; do # what else is to be seen, where, and how: "rw" or "ro"
  mkdir -p "$here$2"
  mount --bind "$1" "$here$2"
  mount -o "remount,bind,$3" "$here$2"
  shift 3
done
shift
exec chroot "$here" "$@"
