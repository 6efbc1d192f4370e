package dev.jcomposefs.nativetests.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.OwnRun;
import dev.jcomposefs.nativetests.fixture.Requirement;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon as root, in a system of its own. */
class DaemonTest {
  private static final int NOBODY = 65534;

  /** Of a mount: its process, and whether that is the daemon. */
  private static final String WHO =
      """
      who() {
        jcfs status --json "$1" | sed -n 's/^  "\\(pid\\|daemon\\)" : \\(.*\\),$/\\2/p' | tr '\\n' ' '
      }
      """;

  private OwnRun system;

  @BeforeEach
  void begin() throws Exception {
    Requirement.root();
    Requirement.fuse();
    system = OwnRun.begin();
    system.mustRun(
        """
        mkdir tree a b c
        head -c 300000 /dev/urandom >tree/large
        head -c 3000 /dev/urandom >tree/small
        jcfs mk --store objects tree image
        """);
  }

  @AfterEach
  void end() throws Exception {
    system.close();
  }

  private String daemonPid() throws Exception {
    return system.mustRun("cat /run/jcfs/daemon.lock");
  }

  @Test
  void mount_daemonRuns_isServedByItAndKnowsWhatOthersHaveHashed() throws Exception {
    String said =
        system.mustRun(
            WHO
                + """
                jcfs daemon
                jcfs mount -o basedir=objects image a
                diff -r tree a
                jcfs mount -o basedir=objects image b
                diff -r tree b
                who a; who b; echo
                jcfs status | grep -c 'daemon, process'
                jcfs status a | grep -o 'hashed [0-9]*'
                jcfs status b | grep -o 'hashed [0-9]*'
                jcfs umount a
                ls a
                diff -r tree b
                jcfs umount b
                jcfs status 2>&1
                jcfs daemon --stop
                ls /run/jcfs
                """);
    String pid = said.split(" ", 2)[0];
    assertThat(said.lines())
        .containsExactly(
            "%s true %s true ".formatted(pid, pid),
            "2",
            "hashed 2",
            "hashed 0",
            "jcfs: no mounts",
            "daemon.lock");
  }

  @Test
  void options_ofTwoMountsOfOneImage_areEachOnesOwn() throws Exception {
    String said =
        system.mustRun(
            """
            jcfs daemon
            jcfs mount -o basedir=objects,noverity image a
            jcfs mount -o basedir=objects,allow_other image b
            object=$(find objects -type f -size -4k)
            head -c 3000 /dev/urandom >"$object"
            cmp a/small "$object" && echo unverified
            cat b/small 2>&1 >/dev/null | grep -o 'Input/output error'
            cmp b/large tree/large
            jcfs status a | grep 'verify\\|failed'
            jcfs status b | grep 'verify\\|failed'
            grep -c ' /.*/b .*allow_other' /proc/mounts
            """);
    assertThat(said.lines().map(String::strip))
        .containsExactly(
            "unverified",
            "Input/output error",
            "verify    none",
            "failed    0",
            "verify    if-present",
            "failed    1",
            "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-o basedir=objects missing a",
        "-o basedir=missing image a",
        "-o basedir=objects image missing",
        "-o basedir=objects image image",
        "-o basedir=objects tree/large a",
        "-o basedir=objects tree a",
        "-o basedir=objects,digest=0000000000000000000000000000000000000000000000000000000000000000"
            + " image a",
        "-o basedir=objects,colour=red image a",
        "-o basedir=objects image .",
        "-o basedir=objects image"
      })
  void mount_thatFails_saysTheSameAsAProcessOfItsOwn(String arguments) throws Exception {
    system.mustRun("jcfs daemon");

    Command.Result joined = system.run("jcfs mount $1", arguments);
    Command.Result own = system.run("jcfs mount --own-process $1", arguments);

    assertThat(joined.status()).isEqualTo(1);
    assertThat(own.status()).isEqualTo(1);
    assertThat(joined.errors()).isNotEmpty().isEqualTo(own.errors());
    assertThat(joined.text()).isEqualTo(own.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jcfs mount --own-process -o basedir=objects image a",
        "jcfs mount --log log -o basedir=objects image a",
        // another mount namespace, and another root directory that is the same
        "unshare --mount --propagation unchanged jcfs mount -o basedir=objects image a",
        "mkdir root; mount --rbind / root;"
            + " chroot root sh -c 'cd \"$0\"; jcfs mount -o basedir=objects image a' \"$PWD\""
      })
  void mount_thatMustNotJoin_hasAProcessOfItsOwn(String script) throws Exception {
    system.mustRun("jcfs daemon; jcfs mount -o basedir=objects image b");

    String said = system.mustRun(WHO + script + "\nwho a; who b");

    String daemon = daemonPid();
    assertThat(said).matches("\\d+ false %s true".formatted(daemon)).doesNotStartWith(daemon + " ");
  }

  /** It would wait for itself. */
  @Test
  void mount_imageOnAMountOfTheDaemon_hasAProcessOfItsOwn() throws Exception {
    String said =
        system.mustRun(
            WHO
                + """
                mkdir outer
                cp image outer/inner-image
                head -c 100 /dev/urandom >outer/padding
                jcfs mk --store objects outer outer-image
                jcfs daemon
                jcfs mount -o basedir=objects outer-image a
                jcfs mount -o basedir=objects a/inner-image b
                diff -r tree b
                who a; who b
                jcfs umount b
                """);
    assertThat(said).matches("(\\d+) true (?!\\1)\\d+ false");
  }

  @Test
  void kill_daemon_nextMountsHaveTheirOwnProcessAndAnotherDaemonCanBegin() throws Exception {
    String said =
        system.mustRun(
            WHO
                + """
                jcfs daemon
                jcfs mount -o basedir=objects image a
                kill -9 "$(cat /run/jcfs/daemon.lock)"
                while stat a/new >/dev/null 2>&1 || ! stat a/new 2>&1 | grep -q connected; do
                  sleep 0.05
                done
                [ -S /run/jcfs/daemon.sock ] && echo left over
                jcfs mount -o basedir=objects image b
                who b | cut -d' ' -f2
                [ -S /run/jcfs/daemon.sock ] || echo cleared
                jcfs umount a
                jcfs daemon
                jcfs mount -o basedir=objects image a
                who a | cut -d' ' -f2
                diff -r tree a
                diff -r tree b
                """);
    assertThat(said.lines()).containsExactly("left over", "false", "cleared", "true");
  }

  @Test
  void daemon_second_saysThatThereIsOne() throws Exception {
    system.mustRun("jcfs daemon");
    Command.Result second = system.run("jcfs daemon");
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.errorLines())
        .containsExactly("jcfs: a daemon of this user is running already, process " + daemonPid());
    system.mustRun("jcfs daemon --stop");
    Command.Result none = system.run("jcfs daemon --stop");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.errorLines()).containsExactly("jcfs: no daemon of this user is running");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kill -TERM $pid", "kill -INT $pid", "kill -HUP $pid", "jcfs daemon --stop"})
  void end_openFileAndMounts_unmountsEverythingAndLeavesNothing(String end) throws Exception {
    String said =
        system.mustRun(
            """
            jcfs daemon
            pid=$(cat /run/jcfs/daemon.lock)
            jcfs mount -o basedir=objects image a
            jcfs mount -o basedir=objects image b
            jcfs mount --driver jnr -o basedir=objects image c
            exec 9<b/large
            %s
            while kill -0 $pid 2>/dev/null; do sleep 0.05; done
            ls a b c
            grep -c " $PWD/.* fuse.jcomposefs " /proc/mounts || ls /run/jcfs
            """
                .formatted(end));
    assertThat(said).isEqualTo("a:\n\nb:\n\nc:\n0\ndaemon.lock");
  }

  @Test
  void exitWhenIdle_lastMountGone_ends() throws Exception {
    system.mustRun(
        """
        jcfs daemon --exit-when-idle
        pid=$(cat /run/jcfs/daemon.lock)
        jcfs mount -o basedir=objects image missing 2>/dev/null || true
        jcfs mount -o basedir=objects image a
        jcfs mount -o basedir=objects image b
        umount a
        diff -r tree b
        umount b
        while kill -0 $pid 2>/dev/null; do sleep 0.05; done
        """);
  }

  /** Which is all that is left when the workers of a mount have failed. */
  @Test
  void connection_abortedByForce_takesNoOtherMountWithIt() throws Exception {
    String said =
        system.mustRun(
            """
            jcfs daemon
            jcfs mount -o basedir=objects image a
            jcfs mount -o basedir=objects image b
            [ -d /sys/fs/fuse/connections/1 ] || mount -t fusectl none /sys/fs/fuse/connections
            echo 1 >/sys/fs/fuse/connections/$(stat -c %d a)/abort
            ls a 2>&1 | grep -o 'not connected'
            diff -r tree b
            jcfs umount a
            jcfs mount -o basedir=objects image a
            diff -r tree a
            jcfs status | grep -c 'daemon, process'
            """);
    assertThat(said.lines()).containsExactly("not connected", "2");
  }

  @Test
  void callers_moreThanThereAreDescriptors_areServedLater() throws Exception {
    Requirement.program("python3");
    Requirement.program("prlimit");
    String said =
        system.mustRun(
            WHO
                + """
                jcfs daemon
                pid=$(cat /run/jcfs/daemon.lock)
                prlimit --pid $pid --nofile=$(($(ls /proc/$pid/fd | wc -l) + 3)):
                python3 -c '
                import socket, sys, time
                callers = [socket.socket(socket.AF_UNIX) for i in range(20)]
                for caller in callers:
                    caller.connect("/run/jcfs/daemon.sock")
                while "could not accept" not in open(sys.argv[1]).read():
                    time.sleep(0.05)
                ' /run/jcfs/$pid.log
                prlimit --pid $pid --nofile=1024:
                jcfs mount -o basedir=objects image a
                diff -r tree a
                who a
                """);
    assertThat(said).isEqualTo(daemonPid() + " true");
  }

  @Test
  void users_eachWithADaemon_joinTheirOwn() throws Exception {
    Requirement.program("fusermount3");
    Requirement.program("setpriv");
    Files.createDirectory(system.directory().path("home"));
    String said =
        system.mustRun(
            WHO
                + """
                [ -c fuse ] || { mknod fuse c 10 229; chmod 666 fuse; }
                mount --bind fuse /dev/fuse
                mkdir home/mine
                cp -a image objects "$(dirname "$(command -v jcfs)")/.." home
                chown -R %1$d:%1$d home
                user='setpriv --reuid=%1$d --regid=%1$d --clear-groups --inh-caps=-all env -C home'
                user="$user XDG_RUNTIME_DIR=$PWD/home PATH=$PWD/home/bin:$PATH HOME=$PWD/home"
                jcfs daemon
                $user jcfs daemon
                jcfs mount -o basedir=objects image a
                $user jcfs mount -o basedir=objects image mine
                who a; echo
                $user sh -c '%2$s who mine; echo; ls mine; jcfs status | grep -c image'
                jcfs status | grep -c image
                stat -c %%u /proc/"$(cat home/jcfs/daemon.lock)"
                $user jcfs daemon --stop
                jcfs status | grep -c image
                """
                    .formatted(NOBODY, WHO.replace("'", "'\\''")));
    String root = daemonPid();
    assertThat(said.lines().skip(1)).containsSequence("large", "small", "1", "1", "65534", "1");
    assertThat(said.lines().findFirst()).hasValue(root + " true ");
    assertThat(said.lines().skip(1).findFirst().orElseThrow())
        .matches("\\d+ true ")
        .doesNotStartWith(root + " ");
  }
}
