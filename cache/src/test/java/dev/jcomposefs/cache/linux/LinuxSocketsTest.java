package dev.jcomposefs.cache.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void listen_whoConnects_isAnswered(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    try (Fd listening = LinuxSockets.listen(LinuxFiles.bytesOf(path));
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
        Fd accepted = LinuxSockets.accept(listening);
        Arena arena = Arena.ofConfined()) {
      LinuxFiles.writeFully(accepted, arena.allocateFrom("hi"), "client");
      ByteBuffer received = ByteBuffer.allocate(3);
      while (received.hasRemaining() && client.read(received) >= 0) {}
      assertThat(received.array()).containsExactly('h', 'i', 0);
    }
  }

  @Test
  void accept_afterShutDown_returns(@TempDir Path directory) throws Exception {
    try (Fd listening = LinuxSockets.listen(LinuxFiles.bytesOf(directory.resolve("socket")))) {
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(() ->
              assertThatThrownBy(() -> LinuxSockets.accept(listening))
                  .isInstanceOfSatisfying(
                      FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL)));
      LinuxSockets.shutDown(listening);
      waiting.join();
    }
  }

  @Test
  void listen_wrongPath_isRefused(@TempDir Path directory) throws Exception {
    ByteString taken = LinuxFiles.bytesOf(Files.createFile(directory.resolve("file")));
    assertThatThrownBy(() -> LinuxSockets.listen(taken))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EADDRINUSE));
    assertThatThrownBy(() -> LinuxSockets.listen(ByteString.utf8("x".repeat(108))))
        .isInstanceOfSatisfying(
            FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
  }
}
