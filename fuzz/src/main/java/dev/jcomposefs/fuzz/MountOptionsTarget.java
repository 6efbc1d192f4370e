package dev.jcomposefs.fuzz;

import dev.jcomposefs.fuse.mount.MountOptions;
import dev.jcomposefs.fuse.mount.OptionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any text either is refused as mount options, with the name of the one that is wrong, or means the
 * same again; and any two names are two base directories when they are escaped.
 */
public final class MountOptionsTarget {
  private MountOptionsTarget() {}

  /** Called by Jazzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    MountOptions once = parse(text);
    if (once != null && !once.equals(parse(text, text))) {
      throw new AssertionError("what is said twice means something else");
    }
    if (!text.isEmpty() && text.indexOf(0) < 0 && text.indexOf(':') < 0) {
      String escaped = text.replace("\\", "\\\\").replace(",", "\\,");
      MountOptions options = parse("basedir=%s:%s".formatted(escaped, escaped));
      Path path = Path.of(text);
      if (options == null || !options.content().baseDirectories().equals(List.of(path, path))) {
        throw new AssertionError("an escaped name is another one");
      }
    }
  }

  private static @Nullable MountOptions parse(String... texts) {
    MountOptions options = MountOptions.DEFAULT;
    for (String text : texts) {
      try {
        options = options.with(text);
      } catch (OptionException e) {
        if (!text.contains(e.option()) && text.indexOf('\\') < 0) {
          throw new AssertionError("the option that is wrong is not there", e);
        }
        return null;
      }
    }
    return options;
  }
}
