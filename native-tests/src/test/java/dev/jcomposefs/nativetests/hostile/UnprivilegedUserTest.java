package dev.jcomposefs.nativetests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Driver;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Requirement;
import dev.jcomposefs.nativetests.posix.Mounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A user without any rights makes, mounts, reads and unmounts an image through the setuid helper.
 *
 * <p>Everything happens in namespaces of its own. In that of mounts {@code /dev/fuse} is open to
 * all as udev makes it: where no udev runs, the machine's own may be root's, and stays so; and
 * {@code /tmp} has nothing but the test's directory, and what the user's server keeps there. That
 * of processes takes the server with it, whatever becomes of the test.
 */
@ParameterizedClass
@EnumSource
class UnprivilegedUserTest extends ScratchTest {
  private static final int NOBODY = 65534;

  private final Driver driver;

  UnprivilegedUserTest(Driver driver) {
    this.driver = driver;
  }

  /** The user's own copy of the application: the build's may be where the user cannot look. */
  @BeforeEach
  void prepareHome() throws Exception {
    Requirement.program("fusermount3");
    Requirement.program("setpriv");
    scratch().directory("home");
    Command.mustRun("cp", "-a", Jcfs.directory().toString(), path("home/jcfs"));
    SmallTree.make(scratch());
    Command.mustRun("mv", path("source"), path("home"));
    Command.mustRun("chown", "-R", NOBODY + ":" + NOBODY, path("home"));
  }

  private String path(String name) {
    return scratch().path(name).toString();
  }

  @Test
  void mount_asNobody_isServedAndUnmounted() throws Exception {
    Command.Result session =
        asNobody(
            """
            jcfs mk --store objects source image
            mkdir point
            jcfs mount --driver %s -o basedir=objects image point
            grep -c " $PWD/point fuse.* ro,nosuid,nodev" /proc/self/mounts
            jcfs status --json point | grep -c '"driver" *: *"%s"'
            diff -r source point && echo same
            jcfs umount point
            grep -c " $PWD/point " /proc/self/mounts || echo unmounted
            """
                .formatted(driver.option(), driver.option()));

    assertThat(session.errors()).isEmpty();
    assertThat(session.text().lines()).containsExactly("1", "1", "same", "0", "unmounted");
  }

  /** The mount is the user's alone: not even root may look. */
  @Test
  void mount_withoutAllowOther_isClosedToRoot() throws Exception {
    Command.Result session =
        inNamespaces(
            """
            $user sh -ec 'jcfs mk --store objects source image; mkdir point
              jcfs mount --driver %s -o basedir=objects image point'
            ls point 2>&1 | grep -o 'Permission denied'
            $user jcfs umount point
            """
                .formatted(driver.option()));

    assertThat(session.errors()).isEmpty();
    assertThat(session.text().strip()).isEqualTo("Permission denied");
  }

  @Test
  void mount_ontoADirectoryOfRoot_isRefusedInOneLine() throws Exception {
    scratch().directory("of-root");

    Command.Result session =
        asNobody(
            """
            jcfs mk --store objects source image
            jcfs mount --driver %s -o basedir=objects image ../of-root
            """
                .formatted(driver.option()));

    assertThat(session.status()).isEqualTo(1);
    assertThat(session.errorLines())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("jcfs: ")
        .contains("of-root");
    assertThat(Mounts.below(scratch().path(""))).isEmpty();
  }

  @Test
  void mount_unreadableObject_failsThatFileOnly() throws Exception {
    Command.Result session =
        asNobody(
            """
            jcfs mk --store objects source image
            mkdir point
            find objects -type f -size 4096c -exec chmod 000 {} +
            jcfs mount --driver %s -o basedir=objects image point
            cmp source/small point/small && echo small
            cat point/block 2>&1 >/dev/null | grep -o 'Input/output error\\|Permission denied'
            jcfs umount point
            """
                .formatted(driver.option()));

    assertThat(session.errors()).isEmpty();
    assertThat(session.text().lines()).containsExactly("small", "Input/output error");
  }

  /** The server opens neither the device nor the mount point, and could do neither. */
  @Test
  void mount_onADescriptorThatAPrivilegedParentMounted_isServed() throws Exception {
    Command.Result session =
        inNamespaces(
            """
            $user jcfs mk --store objects source image
            mkdir -m 700 ../of-root
            exec 7<>/dev/fuse
            chmod 600 /dev/fuse
            mount -i -t fuse.jcomposefs given ../of-root \
              -o ro,fd=7,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions
            $user jcfs mount --driver %s -o basedir=objects image /dev/fd/7
            exec 7>&-
            diff -r source ../of-root && echo same
            $user jcfs status | grep /dev/fd
            server=$($user jcfs status --json | sed -n 's/.*"pid" : \\([0-9]*\\).*/\\1/p' | head -n 1)
            umount ../of-root
            while kill -0 "$server" 2>/dev/null; do sleep 0.1; done
            echo ended
            """
                .formatted(driver.option()));

    assertThat(session.errors()).isEmpty();
    assertThat(session.text().lines()).containsExactly("same", "/dev/fd/7", "ended");
  }

  @Test
  void mount_onADescriptorThatIsNotMounted_isRefusedInOneLine() throws Exception {
    Command.Result session =
        asNobody(
            """
            jcfs mk --store objects source image
            jcfs mount --driver %1$s -o basedir=objects image /dev/fd/7 7<>/dev/fuse || echo "status $?"
            jcfs mount --driver %1$s -o basedir=objects image /dev/fd/8 || echo "status $?"
            """
                .formatted(driver.option()));

    assertThat(session.text().lines()).containsExactly("status 1", "status 1");
    assertThat(session.errorLines())
        .satisfiesExactly(
            error -> assertThat(error).startsWith("jcfs: /dev/fd/7: ").contains("that is mounted"),
            error -> assertThat(error).startsWith("jcfs: ").doesNotContain("internal error"));
  }

  /** In a namespace where he is root, a user needs no helper. */
  @Test
  void mount_inAUserNamespace_isServedVerifiedAndUnmounted() throws Exception {
    Command.Result session =
        inNamespaces(
            """
            exec $user unshare --user --map-root-user --mount sh -ec "$0"
            """,
            """
            mkdir -m 700 run
            export XDG_RUNTIME_DIR="$PWD/run"
            jcfs mk --store objects source image
            mkdir point
            jcfs mount --driver %s -o basedir=objects image point
            (cd source && ls -R) >tree
            (cd point && ls -R) | diff tree - && echo listed
            diff -r source point && echo same
            jcfs umount point
            chmod -R u+w objects
            object=$(find objects -type f -size 4096c)
            printf x | dd of="$object" conv=notrunc status=none
            jcfs mount --driver %s -o basedir=objects image point
            cmp source/small point/small && echo small
            cat point/block 2>&1 >/dev/null | grep -o 'Input/output error'
            jcfs status point | grep -o "digest is" | head -n 1
            jcfs umount point
            grep -c " $PWD/point " /proc/self/mounts || echo unmounted
            """
                .formatted(driver.option(), driver.option()));

    assertThat(session.errors()).isEmpty();
    assertThat(session.text().lines())
        .containsExactly(
            "listed", "same", "small", "Input/output error", "digest is", "0", "unmounted");
  }

  /** The helper opens the device, yet the holder has to have it. */
  @Test
  void kill_serverOfASupervisedMount_isReplaced() throws Exception {
    assumeThat(driver).isEqualTo(Driver.DEV);
    Command.Result session =
        asNobody(
            """
            jcfs mk --store objects source image
            mkdir point
            jcfs mount --supervise -o basedir=objects image point
            server=$(jcfs status --json | sed -n 's/.*"pid" : \\([0-9]*\\).*/\\1/p' | head -n 1)
            kill -KILL "$server"
            diff -r source point && echo same
            jcfs status point | grep -o 'servers replaced: 1'
            jcfs umount point
            grep -c " $PWD/point " /proc/self/mounts || echo unmounted
            """);

    assertThat(session.errors()).isEmpty();
    assertThat(session.text().lines())
        .containsExactly("same", "servers replaced: 1", "0", "unmounted");
  }

  private Command.Result asNobody(String script) throws Exception {
    return inNamespaces("exec $user sh -c \"$0\"", "set -e\n" + script);
  }

  private Command.Result inNamespaces(String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    Collections.addAll(command, "unshare", "--mount", "--pid", "--fork", "--kill-child");
    Collections.addAll(command, "--mount-proc", "sh", "-c", prelude() + script);
    Collections.addAll(command, arguments);
    return Command.run(command.toArray(String[]::new));
  }

  /** Leaves {@code $user}, which runs a command as nobody, in the home directory. */
  private String prelude() throws Exception {
    return """
    set -e
    cd %1$s
    mkdir -p tmp
    mount -t tmpfs -o mode=1777 tmp tmp
    mkdir tmp/%2$s
    mount --bind . tmp/%2$s
    mount --rbind tmp /tmp
    cd %1$s
    [ -c fuse ] || { mknod fuse c 10 229; chmod 666 fuse; }
    mount --bind fuse /dev/fuse
    cd home
    export HOME="$PWD" PATH="$PWD/jcfs/bin:$PATH" TMPDIR="$PWD"
    unset XDG_RUNTIME_DIR
    user='setpriv --reuid=%3$d --regid=%3$d --clear-groups --inh-caps=-all'
    """
        .formatted(scratch().path(""), scratch().path("").getFileName(), NOBODY);
  }
}
