#!/usr/bin/env bash
# Builds the kernel of `npm run test:machine`: user-mode Linux with simulated GPIO, from Debian's own source package, into
# .cache/uml/linux. An ordinary program, run without root. x86-64 only. About 10 minutes on two cores, once; a second run sees
# that it is there. Needs make, gcc, flex, bison, bc and xz. Downloads nothing but the package linux-source-6.1 through apt.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "build-uml: $*" >&2; }

target=.cache/uml/linux
if [ -x "$target" ]; then say "$target is there"; exit 0; fi
if [ "$(uname -m)" != x86_64 ]; then say "x86-64 only (this is $(uname -m)): user-mode Linux has no ARM port"; exit 1; fi
missing=()
for tool in make gcc flex bison bc xz apt-get dpkg-deb; do command -v "$tool" > /dev/null || missing+=("$tool"); done
if [ ${#missing[@]} -gt 0 ]; then say "missing: ${missing[*]}. As root: apt-get install make gcc flex bison bc xz-utils"; exit 1; fi

work=.cache/uml/build
rm -rf "$work" && mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
config=$PWD/systemd/uml.config
result=$PWD/$target
cd "$work"
say "downloading linux-source-6.1 (140 MB) …"
apt-get download -qq linux-source-6.1
say "unpacking …"
dpkg-deb -x linux-source-6.1_*.deb . && rm -f ./*.deb
tar -xJf usr/src/linux-source-6.1.tar.xz --strip-components=1 && rm -rf usr/src
say "configuring …"
make -s ARCH=um defconfig > /dev/null
scripts/kconfig/merge_config.sh -m .config "$config" > /dev/null
make -s ARCH=um olddefconfig
for wanted in GPIO_SIM GPIO_CDEV GPIO_SYSFS HOSTFS EXT4_FS BLK_DEV_UBD; do
  grep -q "^CONFIG_$wanted=y" .config || { say "the kernel does not take CONFIG_$wanted"; exit 1; }
done
say "compiling, about 10 minutes on two cores …"
make -s ARCH=um -j"$(nproc)" linux
strip linux
mv linux "$result"
say "made $target"
