package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class LinuxSocketsTest {

  @Test
  void pair_whatOneEndWrites_theOtherReads() throws FsException {
    LinuxSockets.Pair pair = LinuxSockets.pair();
    try (Fd ours = pair.ours();
        Fd theirs = pair.theirs();
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4);
      ByteString.utf8("ping").copyTo(buffer, 0);
      LinuxFiles.writeFully(theirs, buffer, "socket");

      MemorySegment received = arena.allocate(4);
      assertThat(LinuxFiles.read(ours, received)).isEqualTo(4);
      assertThat(ByteString.copyOf(received, 0, 4)).isEqualTo(ByteString.utf8("ping"));
    }
  }

  @Test
  void receiveDescriptor_fromAClosedEnd_isAnError() throws FsException {
    LinuxSockets.Pair pair = LinuxSockets.pair();
    try (Fd ours = pair.ours()) {
      pair.theirs().close();

      assertThatThrownBy(() -> LinuxSockets.receiveDescriptor(ours))
          .isInstanceOfSatisfying(
              FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ECONNRESET));
    }
  }

  @Test
  void receiveDescriptor_ofAByteAlone_isAnError() throws FsException {
    LinuxSockets.Pair pair = LinuxSockets.pair();
    try (Fd ours = pair.ours();
        Fd theirs = pair.theirs();
        Arena arena = Arena.ofConfined()) {
      LinuxFiles.writeFully(theirs, arena.allocate(1), "socket");

      assertThatThrownBy(() -> LinuxSockets.receiveDescriptor(ours))
          .isInstanceOf(FsException.class)
          .hasMessage("no descriptor came through the socket");
    }
  }
}
