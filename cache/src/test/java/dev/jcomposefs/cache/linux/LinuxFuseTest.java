package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFuseTest {
  private static final int INIT = 26;
  private static final int EAGAIN = -Errno.EAGAIN.number();

  @TempDir Path directory;

  private static Fd device() throws FsException {
    try {
      return LinuxFuse.open();
    } catch (FsException e) {
      assumeTrue(false, "no use of /dev/fuse: " + e.getMessage());
      throw e;
    }
  }

  private void mount(Fd device) throws FsException {
    assumeTrue(TestFiles.isRoot(), "mounting needs root");
    try {
      LinuxMounts.mount(
          ByteString.utf8("test"),
          LinuxFiles.bytesOf(directory),
          ByteString.utf8("fuse"),
          LinuxMounts.READ_ONLY | LinuxMounts.NO_SUID | LinuxMounts.NO_DEV,
          ByteString.utf8("fd=%d,rootmode=40000,user_id=0,group_id=0".formatted(device.number())));
    } catch (FsException e) {
      assumeTrue(e.errno() != Errno.EPERM, "this system does not let root mount");
      throw e;
    }
  }

  @Test
  void receive_beforeTheMount_isNotPermitted() throws IOException {
    try (Fd device = device();
        Arena arena = Arena.ofConfined()) {
      assertThat(LinuxFuse.receive(device, arena.allocate(8192))).isEqualTo(-Errno.EPERM.number());
    }
  }

  @Test
  void clone_ofADeviceWithoutMount_isRefused() throws IOException {
    try (Fd device = device()) {
      assertThatThrownBy(() -> LinuxFuse.clone(device, false))
          .isInstanceOf(FsException.class)
          .hasMessageStartingWith("clone 'fd %d': ".formatted(device.number()));
    }
  }

  @Test
  void clone_ofAMount_receivesItsRequests() throws IOException {
    try (Fd device = device();
        Arena arena = Arena.ofConfined()) {
      mount(device);
      try (Fd clone = LinuxFuse.clone(device, true)) {
        MemorySegment request = arena.allocate(8192, 8);
        assertThat(LinuxFuse.receive(clone, request)).isGreaterThanOrEqualTo(56);
        assertThat(request.get(ValueLayout.JAVA_INT, 4)).isEqualTo(INIT);
        assertThat(LinuxFuse.receive(clone, request)).isEqualTo(EAGAIN);
      } finally {
        LinuxMounts.unmount(LinuxFiles.bytesOf(directory), LinuxMounts.DETACH);
      }
    }
  }

  @Test
  void send_replyToNoRequest_findsNone() throws IOException {
    try (Fd device = device();
        Arena arena = Arena.ofConfined()) {
      mount(device);
      try {
        MemorySegment reply = arena.allocate(16, 8);
        reply.set(ValueLayout.JAVA_INT, 0, 16);
        reply.set(ValueLayout.JAVA_LONG, 8, 1000);
        assertThat(LinuxFuse.send(device, reply, 16)).isEqualTo(-Errno.ENOENT.number());
      } finally {
        LinuxMounts.unmount(LinuxFiles.bytesOf(directory), LinuxMounts.DETACH);
      }
    }
  }

  @Test
  void openBacking_withoutPassthrough_isRefused() throws IOException {
    try (Fd device = device()) {
      mount(device);
      try (Fd file = LinuxFiles.open(Path.of("/proc/self/exe"), OpenFlags.READ_ONLY)) {
        assertThat(LinuxFuse.openBacking(device, file))
            .isIn(-Errno.EPERM.number(), -Errno.ENOTTY.number(), -Errno.EOPNOTSUPP.number());
        assertThat(LinuxFuse.closeBacking(device, 1))
            .isIn(-Errno.EPERM.number(), -Errno.ENOTTY.number(), -Errno.EOPNOTSUPP.number());
      } finally {
        LinuxMounts.unmount(LinuxFiles.bytesOf(directory), LinuxMounts.DETACH);
      }
    }
  }

  @Test
  void disown_inAThread_leavesTheOthersTheirDescriptors() throws Exception {
    Fd device = device();
    Path other = Files.writeString(directory.resolve("other"), "other");
    try (Fd file = LinuxFiles.open(other, OpenFlags.READ_ONLY)) {
      List<Path> inThread = new ArrayList<>();
      Thread thread =
          new Thread(() -> {
            try {
              LinuxFuse.disown();
              inThread.addAll(openFiles("/proc/thread-self/fd"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      thread.start();
      thread.join();

      assertThat(inThread).contains(other.toRealPath()).doesNotContain(Path.of("/dev/fuse"));
      assertThat(openFiles("/proc/self/fd")).contains(other.toRealPath(), Path.of("/dev/fuse"));
      assertThat(file.isClosed()).isFalse();
    } finally {
      device.close();
    }
  }

  private static List<Path> openFiles(String directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> numbers = Files.list(Path.of(directory))) {
      for (Path number : numbers.toList()) {
        try {
          files.add(Files.readSymbolicLink(number));
        } catch (NoSuchFileException e) {
          // it was the listing's own
        }
      }
    }
    return files;
  }
}
