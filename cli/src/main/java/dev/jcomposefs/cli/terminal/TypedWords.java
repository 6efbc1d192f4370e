package dev.jcomposefs.cli.terminal;

import dev.jcomposefs.format.image.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of the command line before Java decoded them. Bytes that are no UTF-8 become U+FFFD,
 * and a path with that in it is another one: a file would be written under a name that nobody has
 * typed.
 */
public final class TypedWords {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final char REPLACEMENT = '\uFFFD';

  private TypedWords() {}

  /**
   * What is wrong with the first word that Java could not decode.
   *
   * @param args of {@code main}
   * @return null if all are what was typed
   */
  public static @Nullable String complaint(String... args) {
    for (String arg : args) {
      if (arg.indexOf(REPLACEMENT) >= 0) {
        return complaint(List.of(args), commandLine());
      }
    }
    return null;
  }

  private static byte[] commandLine() {
    try {
      return Files.readAllBytes(COMMAND_LINE);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /**
   * @param line each word with a NUL behind it, those for the JVM among them
   */
  static @Nullable String complaint(List<String> args, byte[] line) {
    List<ByteString> words = words(line);
    int first = words.size() - args.size();
    for (int i = 0; i < args.size(); i++) {
      if (args.get(i).indexOf(REPLACEMENT) >= 0) {
        Object word = first < 0 ? Printable.of(args.get(i)) : words.get(first + i);
        if (first < 0 || !isText(words.get(first + i))) {
          return "argument '%s' is not UTF-8".formatted(word);
        }
      }
    }
    return null;
  }

  private static List<ByteString> words(byte[] line) {
    List<ByteString> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == 0) {
        words.add(ByteString.copyOf(Arrays.copyOfRange(line, start, i)));
        start = i + 1;
      }
    }
    return words;
  }

  private static boolean isText(ByteString word) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(word.toByteArray()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
