package dev.jcomposefs.cli.control;

import dev.jcomposefs.cli.json.Json;
import dev.jcomposefs.cli.json.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What somebody wants of the daemon: one line of JSON. */
public sealed interface DaemonRequest {
  /** The longest request, bytes: room for dozens of the longest paths. */
  int LONGEST = 256 << 10;

  /**
   * Moves with every change of what requests mean, so that a daemon that was started before an
   * upgrade is left alone by the commands after it.
   */
  long PROTOCOL = 1;

  /** To be answered with a {@link MountStatus} for each mount. */
  record Status() implements DaemonRequest {}

  /** To unmount everything and end. */
  record Stop() implements DaemonRequest {}

  /**
   * To serve a mount. All paths are absolute; words are those of the command line's options.
   *
   * @param surroundings of who asks, as {@link Surroundings#id} has it
   * @param digest lower-case hex; null for any
   * @param dataPath null for the best
   * @param fsName null for the path of the image
   */
  record Mount(
      String surroundings,
      String image,
      String directory,
      List<String> baseDirectories,
      @Nullable String digest,
      String verification,
      boolean allowOther,
      boolean setId,
      boolean devices,
      String driver,
      @Nullable String dataPath,
      @Nullable String fsName)
      implements DaemonRequest {}

  /** With a line break at its end. */
  default String line() {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("protocol", PROTOCOL);
    switch (this) {
      case Status _ -> tree.put("request", "status");
      case Stop _ -> tree.put("request", "stop");
      case Mount mount -> {
        tree.put("request", "mount");
        tree.put("surroundings", mount.surroundings);
        tree.put("image", mount.image);
        tree.put("directory", mount.directory);
        tree.put("baseDirectories", mount.baseDirectories);
        tree.put("digest", mount.digest);
        tree.put("verification", mount.verification);
        tree.put("allowOther", mount.allowOther);
        tree.put("setId", mount.setId);
        tree.put("devices", mount.devices);
        tree.put("driver", mount.driver);
        tree.put("dataPath", mount.dataPath);
        tree.put("fsName", mount.fsName);
      }
    }
    return Json.line(tree) + "\n";
  }

  /**
   * @throws IOException if it is none, or one of another version
   */
  static DaemonRequest parse(String line) throws IOException {
    JsonObject tree = Json.parse(line);
    long protocol = tree.number("protocol");
    if (protocol != PROTOCOL) {
      throw new IOException("found protocol %d, expected %d".formatted(protocol, PROTOCOL));
    }
    String request = tree.string("request");
    return switch (request) {
      case "status" -> new Status();
      case "stop" -> new Stop();
      case "mount" ->
          new Mount(
              tree.string("surroundings"),
              tree.string("image"),
              tree.string("directory"),
              tree.strings("baseDirectories"),
              tree.optionalString("digest"),
              tree.string("verification"),
              tree.bool("allowOther"),
              tree.bool("setId"),
              tree.bool("devices"),
              tree.string("driver"),
              tree.optionalString("dataPath"),
              tree.optionalString("fsName"));
      default -> throw new IOException("found request '%s', expected another".formatted(request));
    };
  }
}
