#!/bin/bash
# The first process of a machine that a test made (see machine.ts). It has namespaces of its own for mounts, processes,
# network, names and shared memory; when it ends, everything in it ends, as at a power cut. It lives as long as its standard
# input is held open, so nothing outlives a test run that was killed.
set -euo pipefail
directory=$1
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
for file in hosts resolv.conf; do mount --bind "$directory/etc/$file" "/etc/$file"; done
hostname attic
ip link set lo up
echo ready
# bash reaps whatever is orphaned while it waits here
while read -r _; do :; done
