package dev.jcomposefs.cache.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The code of the virtual machine, as this process has it mapped.
 *
 * <p>Immutable and thread-safe. Source: proc_pid_smaps(5), madvise(2).
 */
public final class JvmLibrary {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final String NAME = "/libjvm.so";

  /** Behind the addresses of a mapping: {@code rwxp}, a dash for what it has not. */
  private static final int WRITABLE_AT = 2;

  private static final String WRITTEN_TO = "Anonymous:";
  private static final String NOTHING = " 0 kB";
  private static final int HEXADECIMAL = 16;
  private static final int MADV_DONTNEED = 4;

  /** Parts of the library that nobody can write to, and nobody has. */
  private final List<Part> parts;

  private JvmLibrary(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Where one part of the library is in memory.
   *
   * @param length bytes
   */
  private record Part(long start, long length) {}

  /** Finds the library, which stays where it is as long as the process lives. */
  public static JvmLibrary find() throws IOException {
    List<Part> parts = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(MAPPINGS, ISO_8859_1)) {
      String mapping = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.endsWith(NAME)) {
          mapping = line;
        } else if (mapping != null && line.startsWith(WRITTEN_TO)) {
          if (line.endsWith(NOTHING) && mapping.charAt(mapping.indexOf(' ') + WRITABLE_AT) == '-') {
            parts.add(part(mapping));
          }
          mapping = null;
        }
      }
    }
    return new JvmLibrary(parts);
  }

  private static Part part(String mapping) {
    int dash = mapping.indexOf('-');
    long start = Long.parseUnsignedLong(mapping, 0, dash, HEXADECIMAL);
    long end = Long.parseUnsignedLong(mapping, dash + 1, mapping.indexOf(' '), HEXADECIMAL);
    return new Part(start, end - start);
  }

  /**
   * Lets go of all pages that are as they are in the file; {@code int madvise(void *start, size_t
   * length, MADV_DONTNEED)}. Most were needed once, to start or to compile. They stay in the
   * kernel's page cache as long as it has no better use for them: one that is needed again is back
   * for the price of a page fault.
   *
   * <p>No other file: of a library that is being loaded by another thread, pages might be written
   * to between the look at them and the letting go. This one was loaded before anything else.
   */
  public void letGo() {
    for (Part part : parts) {
      // Whether or not the kernel can makes no difference but that of memory.
      Kernel.call(Syscall.MADVISE, part.start, part.length, MADV_DONTNEED);
    }
  }
}
