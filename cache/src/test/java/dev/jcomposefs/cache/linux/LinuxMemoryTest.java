package dev.jcomposefs.cache.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class LinuxMemoryTest {

  private static Fd sealed(Arena arena, String content) throws IOException {
    Fd file = LinuxMemory.newFile("test");
    LinuxFiles.writeFully(file, arena.allocateFrom(content), "test");
    LinuxMemory.seal(file);
    return file;
  }

  @Test
  void sealedFile_writtenOrCut_refuses() throws IOException {
    try (Arena arena = Arena.ofConfined();
        Fd file = sealed(arena, "abc")) {
      assertThat(LinuxFiles.write(file, arena.allocate(1))).isEqualTo(-Errno.EPERM.number());
      try (FileChannel again =
          FileChannel.open(Path.of("/proc/self/fd/" + file.number()), StandardOpenOption.WRITE)) {
        assertThatThrownBy(() -> again.truncate(1)).isInstanceOf(IOException.class);
      }
      assertThat(LinuxFiles.stat(file).size()).isEqualTo(4);
    }
  }

  @Test
  void map_sealedFile_showsItsBytesReadOnly() throws IOException {
    try (Arena arena = Arena.ofConfined();
        Fd file = sealed(arena, "abc")) {
      MemorySegment mapped = LinuxMemory.map(file, 4, arena);
      assertThat(mapped.getString(0)).isEqualTo("abc");
      assertThat(mapped.isReadOnly()).isTrue();
      assertThat(mapped.byteSize()).isEqualTo(4);
    }
  }

  @Test
  void map_arenaClosed_isUnmapped() throws IOException {
    String name = "gone-after-close";
    try (Fd file = LinuxMemory.newFile(name);
        Arena buffers = Arena.ofConfined()) {
      LinuxFiles.writeFully(file, buffers.allocate(10), name);
      Arena arena = Arena.ofConfined();
      MemorySegment mapped = LinuxMemory.map(file, 10, arena);
      assertThat(mapped.get(JAVA_BYTE, 0)).isZero();
      assertThat(Files.readString(Path.of("/proc/self/maps"))).contains(name);
      arena.close();
      assertThat(Files.readString(Path.of("/proc/self/maps"))).doesNotContain(name);
    }
  }
}
