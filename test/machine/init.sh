#!/bin/sh
# The first program of the machine in which the GPIO tests run: mounts what a program needs, runs one, turns the machine off.
# The root is the host's own, read-only; whatever is written lies in memory, but for what Node compiled (EVENGATE_CACHE, a folder
# of the host). Called by the kernel: init.sh COMMAND [ARGUMENT]..., after which it adds settings of its own.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t configfs configfs /sys/kernel/config
mkdir /run/node
mount -t hostfs none /run/node -o "$EVENGATE_CACHE"
export NODE_COMPILE_CACHE=/run/node HOME=/run TMPDIR=/run PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
"$@" 2>&1
echo "@ended $?"
echo o > /proc/sysrq-trigger
sleep 60
