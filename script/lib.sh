# Sourced by the scripts beside it, which first set root to the project's directory.
# shellcheck shell=sh

. "$root/cli/src/main/app/lib/find-java.sh"
app=$root/cli/target/jcfs

say() {
  printf '%s\n' "$*"
}

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# Installs what is missing, and exports JAVA_HOME.
prepare() {
  "$root/script/bootstrap" --quiet || exit 1
  find_java || die 'no JDK 25, although script/bootstrap found one'
  JAVA_HOME=$java_home
  export JAVA_HOME
}

# Maven through the project's wrapper, on JDK 25: the source formatter needs a recent one.
maven() {
  MAVEN_OPTS="${MAVEN_OPTS-} --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow" \
    "$root/mvnw" --batch-mode --no-transfer-progress --file "$root/pom.xml" "$@"
}

# Whether cli/target/jcfs was made from the sources as they are now.
is_built() {
  [ -e "$app/lib/jcfs.aot" ] &&
    [ -z "$(find "$root/pom.xml" "$root"/format "$root"/cache "$root"/fuse "$root"/cli \
      -name target -prune -o -type f -newer "$app/lib/jcfs.aot" -print | head -n 1)" ]
}
