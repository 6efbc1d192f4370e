# Sourced by bin/jcfs and by the project's scripts: find_java sets java_home to a JDK of Java 25 or
# newer. No JVM is started to look at: a JDK says its version in its file "release".

# Whether $1 is the home of a Java 25 or newer.
is_java_25() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS='="' read -r key _ version _; do
    if [ "$key" = JAVA_VERSION ]; then
      version=${version%%[!0-9]*}
      [ "${version:-0}" -ge 25 ]
      return
    fi
  done <"$1/release"
  return 1
}

# Fails if there is none, or if JCFS_JAVA_HOME asks for one that does not fit.
find_java() {
  if [ -n "${JCFS_JAVA_HOME-}" ]; then
    java_home=$JCFS_JAVA_HOME
    is_java_25 "$java_home"
    return
  fi
  java_home=${JAVA_HOME-}
  [ -n "$java_home" ] && is_java_25 "$java_home" && return
  if java=$(command -v java) && java=$(readlink -f "$java"); then
    java_home=${java%/bin/java}
    is_java_25 "$java_home" && return
  fi
  for java_home in /usr/lib/jvm/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/*; do
    is_java_25 "$java_home" && return
  done
  java_home=
  return 1
}
