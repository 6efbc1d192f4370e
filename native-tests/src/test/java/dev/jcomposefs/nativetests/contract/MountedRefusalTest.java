package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.posix.FileSystemStat;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.posix.PosixChanges;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mount does not let happen: changes, and access that the permissions deny. */
@EnumSource(names = {"KERNEL", "JNR", "DEV", "DAEMON"})
class MountedRefusalTest extends MountedTest {
  /** A user without any rights: nobody. */
  private static final String SOMEBODY = "65534";

  record NamedChange(String name, Function<MountedRefusalTest, ChangeCall> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface ChangeCall {
    void make() throws FsException;
  }

  static Stream<NamedChange> changes() {
    ByteString key = ByteString.utf8("user.k");
    return Stream.of(
        new NamedChange("open to write", m -> () -> open(m.found("ff"), OpenFile.WRITE_ONLY)),
        new NamedChange("open to update", m -> () -> open(m.found("ff"), OpenFile.READ_WRITE)),
        new NamedChange(
            "open and empty",
            m -> () -> open(m.found("sizes/65"), OpenFile.WRITE_ONLY | OpenFile.TRUNCATE)),
        new NamedChange(
            "create", m -> () -> open(m.found("new"), OpenFile.WRITE_ONLY | OpenFile.CREATE)),
        new NamedChange("truncate", m -> () -> PosixChanges.truncate(m.found("ff"), 1)),
        new NamedChange("mkdir", m -> () -> PosixChanges.mkdir(m.found("new"))),
        new NamedChange(
            "mknod", m -> () -> PosixChanges.mknod(m.found("new"), FileType.FIFO, 0, 0)),
        new NamedChange(
            "symlink", m -> () -> PosixChanges.symlink(ByteString.utf8("x"), m.found("new"))),
        new NamedChange("link", m -> () -> PosixChanges.link(m.found("ff"), m.found("new"))),
        new NamedChange("rename", m -> () -> PosixChanges.rename(m.found("ff"), m.found("new"))),
        new NamedChange("unlink", m -> () -> PosixChanges.unlink(m.found("ff"))),
        new NamedChange("rmdir", m -> () -> PosixChanges.rmdir(m.found("empty"))),
        new NamedChange("chmod", m -> () -> PosixChanges.chmod(m.found("ff"), 0600)),
        new NamedChange("chown", m -> () -> PosixChanges.chown(m.found("ff"), 1, 1)),
        new NamedChange("utimens", m -> () -> PosixChanges.modified(m.found("ff"), 1, 1)),
        new NamedChange(
            "setxattr", m -> () -> PosixChanges.setXattr(m.found("ff"), key, ByteString.EMPTY)),
        new NamedChange(
            "removexattr",
            m ->
                () ->
                    PosixChanges.removeXattr(m.found("xattrs/odd"), ByteString.utf8("user.long"))),
        new NamedChange("access to write", m -> () -> Posix.access(m.found("ff"), 2)));
  }

  private static void open(ByteString path, int flags) throws FsException {
    OpenFile.open(path, flags).close();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void change_ofAnyKind_isRefusedBecauseReadOnly(NamedChange change) {
    assertThatThrownBy(() -> change.call().apply(this).make())
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
  }

  @Test
  void statfs_mount_isFullAndTakesLongNames() throws Exception {
    FileSystemStat stat = Posix.statfs(found(""));

    assertThat(stat.longestName()).isEqualTo(255);
    assertThat(stat.blocks()).isPositive(); // or df would not list it
    assertThat(stat.freeBlocks()).isZero();
    assertThat(stat.blockSize()).isPositive();
  }

  /** Every file of {@code modes}, read as a user who owns none of them and is in no group. */
  @Test
  void access_asAnotherUser_isAsThePermissionsSay() throws Exception {
    assertThat(readable(point().resolve("modes").toString()))
        .isEqualTo(readable(source().resolve("modes").toString()))
        .contains("0777")
        .doesNotContain("0400");
  }

  private static List<String> readable(String directory) throws Exception {
    String list =
        "cd \"$0\" && for f in *; do if true <\"$f\"; then echo \"$f\"; fi; done 2>/dev/null";
    String text =
        Command.mustRun(
            "setpriv",
            "--reuid=" + SOMEBODY,
            "--regid=" + SOMEBODY,
            "--clear-groups",
            "sh",
            "-c",
            list,
            directory);
    return text.lines().toList();
  }

  /**
   * An ACL grants what the permission bits do not. Drivers that cannot tell the kernel of ACLs
   * leave it at the bits, which deny it.
   */
  @Test
  void access_throughAnAcl_isAsTheDriverCan() throws Exception {
    String user = "12345";
    Command.Result read =
        Command.run(
            "setpriv",
            "--reuid=" + user,
            "--regid=" + user,
            "--clear-groups",
            "head",
            "-c",
            "1",
            point().resolve("acls/file").toString());

    assertThat(read.output().length()).isEqualTo(subject().enforcesAcls() ? 1 : 0);
  }
}
