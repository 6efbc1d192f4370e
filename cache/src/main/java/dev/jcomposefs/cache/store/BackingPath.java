package dev.jcomposefs.cache.store;

import dev.jcomposefs.format.image.ByteString;
import java.util.ArrayList;
import java.util.List;

/** The rule for backing paths: names joined by single slashes, none of which leads upwards. */
final class BackingPath {
  private static final int MAX = 4095; // bytes, PATH_MAX without its NUL

  private BackingPath() {}

  /**
   * The names that the path is made of, at least one.
   *
   * @throws ObjectException for a path that is empty, absolute, too long, has a NUL, or a component
   *     that is empty, {@code .} or {@code ..}
   */
  static List<ByteString> names(ByteString path) throws ObjectException {
    if (path.length() > MAX) {
      throw new ObjectException(
          path, "found a path of %d bytes, expected at most %d".formatted(path.length(), MAX));
    }
    if (path.indexOf((byte) 0) >= 0) {
      throw new ObjectException(path, "found a path with a zero byte, expected none");
    }
    byte[] bytes = path.toByteArray();
    List<ByteString> names = new ArrayList<>(2);
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        ByteString name = ByteString.copyOf(bytes, start, i);
        if (name.isEmpty() || isDots(name)) {
          throw new ObjectException(
              path, "found '%s' as a component, expected a name".formatted(name));
        }
        names.add(name);
        start = i + 1;
      }
    }
    return names;
  }

  private static boolean isDots(ByteString name) {
    return name.length() <= 2 && name.at(0) == '.' && name.at(name.length() - 1) == '.';
  }
}
