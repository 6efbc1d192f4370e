#!/bin/sh
# Runs a server that mounts an image, and another one in its place when it dies: what makes the
# mount, open files of /dev/fuse and the image in sealed memory, is kept here meanwhile.
# usage: hold.sh yes|no JAVA ARGUMENTS...   "yes" for a mount that goes on in the background
set -u
background=$1
java=$2
shift 2

# Failures in a row: a server that could not start counts as three, one that was killed while it
# started, or that served for no more than a second or so, as one, in case it is a request that ends
# them. After some of them the next server is not started at once, after some more none is. Somebody
# who kills servers that serve (SIGKILL) may go on as long as he likes.
patience=9
limit=30

if ! (: <>/dev/fuse) 2>/dev/null; then
  echo 'jcfs: /dev/fuse: cannot be opened for reading and writing, as --supervise needs it' >&2
  exit 1
fi
# The numbers are agreed with the class Holder. Nothing is mounted with them yet.
exec 6<>/dev/fuse 7<>/dev/fuse 8<>/dev/fuse 9<>/dev/fuse

# A pipe without a name, open for reading as 3; a server writes to it until it is ready.
work=$(mktemp -d) || exit 1
mkfifo -m 600 "$work/pipe" || exit 1
exec 4<>"$work/pipe"
exec 3</proc/self/fd/4 4>&-
rm -r "$work"

# Relative paths on the command line start here.
directory=$(pwd -P)
server=
stopping=
left=
replaced=0

stop() {
  stopping=yes
  [ -n "$server" ] && kill -TERM "$server" 2>/dev/null
}
trap stop TERM INT HUP
trap '' PIPE

say() {
  printf '%s jcfs[%s]: %s\n' "$(date +%Y-%m-%dT%H:%M:%S%z)" "$$" "$*" >&2
}

# Starts a server and reads what it says until it is ready or ends; sets ready, and image and left
# from what the first one says.
start() {
  ready=
  exec 4>/proc/self/fd/3
  (
    cd "$directory" || exit 1
    exec "$java" "-Djcfs.holder=$$" "-Djcfs.replaced=$replaced" ${left:+"-Djcfs.left=$left"} "$@"
  ) >&4 3<&- 4>&- &
  server=$!
  exec 4>&-
  # it may have come before there was a server
  [ -n "$stopping" ] && stop
  while IFS= read -r line <&3; do
    case $line in
      'jcfs: hold '*)
        left=${line#'jcfs: hold '}
        image=${left%% *}
        left=${left#* }
        ;;
      'jcfs: ready')
        ready=yes
        return
        ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
}

# Waits for the end of the server, whatever signals come; sets status.
await() {
  wait "$server"
  status=$?
  while [ "$status" -gt 128 ] && kill -0 "$server" 2>/dev/null; do
    wait "$server"
    status=$?
  done
  dead=$server
  server= # its number may be another process's from now on
}

# Takes the mount away without a server's help, if it is still there.
unmount() {
  while read -r _ _ device _; do
    if [ "$device" = "${left%% *}" ]; then
      point=/${left#*/}
      umount -i -l "$point" 2>/dev/null || fusermount3 -u -z -- "$point"
      return
    fi
  done </proc/self/mountinfo
}

start "$@"
if [ -z "$ready" ]; then
  await
  # A mount that a dying server left is dead once this process has gone, like any other.
  [ "$status" -gt 128 ] && [ -z "$stopping" ] &&
    echo "jcfs: the server was killed by signal $((status - 128)) before the mount answered" >&2
  exit "$status"
fi
if ! { command exec 5<"/proc/$server/fd/$image"; } 2>/dev/null; then
  echo 'jcfs: the server died before its image could be held' >&2
  stop
  await
  unmount
  exit 1
fi
if [ "$background" = yes ]; then
  # Without the launcher, its terminal and its directory from here on. What is stderr to the server
  # by now is its log.
  { echo 'jcfs: ready'; } 2>/dev/null || stop # nobody waits for it any more
  { command exec 4>>"/proc/$server/fd/2"; } 2>/dev/null || exec 4>/dev/null
  exec </dev/null >&4 2>&4 4>&-
  cd /
fi

failures=0
while :; do
  began=$(date +%s)
  await
  [ "$status" -eq 0 ] && exit 0
  [ -n "$stopping" ] && break
  if [ -z "$ready" ]; then
    failures=$((failures + (status > 128 ? 1 : 3)))
  elif [ "$status" -ne 137 ] && [ $(($(date +%s) - began)) -le 1 ]; then
    failures=$((failures + 1))
  else
    failures=0
  fi
  if [ "$failures" -ge "$limit" ]; then
    say "ERROR: too many servers in a row died at once, the last with status $status; unmounting"
    unmount
    exit 1
  fi
  say "WARN: server $dead died with status $status; another one takes over"
  if [ "$failures" -gt "$patience" ]; then
    sleep 1 &
    wait $!
  fi
  [ -n "$stopping" ] && break
  replaced=$((replaced + 1))
  start "$@"
done

# A server that is asked to end while it starts may do so without unmounting.
unmount
