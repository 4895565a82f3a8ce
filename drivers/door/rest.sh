#!/bin/sh
# The lock unit's program: puts the relay of a dead door at rest, at once. Node takes a second to start on a small machine, and under
# sysfs the gate stands open meanwhile; so this shell first does what the door has noted for it (onoff.ts: its number, a word, a
# file), then becomes the COMMAND that looks for itself and says how it went: node rest.ts. Leaves a living door alone.
#
#   EVENGATE_RUNTIME=FOLDER rest.sh COMMAND [ARGUMENT]...
note="$EVENGATE_RUNTIME/door.rest"
# The note lies in the door's own folder: whatever it says, no other file is written and no other word.
if [ -r "$note" ] && read -r door word file < "$note"; then
  number=${file#/sys/class/gpio/gpio}
  number=${number%/direction}
  case "$door.$number" in *[!0-9.]* | .* | *. | *.*.*) number= ;; esac
  case "$word" in low | high) ;; *) number= ;; esac
  if [ -n "$number" ] && [ -w "$file" ] && ! grep -q door/part "/proc/$door/cmdline" 2> /dev/null; then
    echo "$word" > "/sys/class/gpio/gpio$number/direction"
  fi
fi
exec "$@"
