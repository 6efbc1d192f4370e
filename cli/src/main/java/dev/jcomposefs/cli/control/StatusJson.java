package dev.jcomposefs.cli.control;

import dev.jcomposefs.cli.control.MountStatus.FailureStatus;
import dev.jcomposefs.cli.control.MountStatus.ObjectCounts;
import dev.jcomposefs.cli.control.MountStatus.Supervision;
import dev.jcomposefs.cli.json.Json;
import dev.jcomposefs.cli.json.JsonObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link MountStatus} as JSON, both ways. */
public final class StatusJson {
  private StatusJson() {}

  /** With a line break at its end. */
  static String line(MountStatus status) {
    return Json.line(tree(status)) + "\n";
  }

  /** For people and programs: an array, indented. */
  public static String pretty(List<MountStatus> all) {
    return Json.pretty(all.stream().map(StatusJson::tree).toList());
  }

  private static Map<String, @Nullable Object> tree(MountStatus status) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("pid", status.pid());
    tree.put("daemon", status.daemon());
    tree.put("mountPoint", status.mountPoint());
    tree.put("image", status.image());
    tree.put("imageDigest", status.imageDigest());
    tree.put("baseDirectories", status.baseDirectories());
    tree.put("upperDirectory", status.upperDirectory());
    tree.put("workDirectory", status.workDirectory());
    tree.put("idMap", status.idMap());
    tree.put("driver", status.driver());
    tree.put("dataPath", status.dataPath());
    tree.put("requests", new TreeMap<>(status.requests()));
    tree.put("verification", status.verification());
    tree.put("mountedAt", status.mountedAt());
    tree.put("objects", tree(status.objects()));
    tree.put("failed", status.failed());
    tree.put("lastFailures", status.lastFailures().stream().map(StatusJson::tree).toList());
    tree.put("log", status.log());
    tree.put("supervision", tree(status.supervision()));
    return tree;
  }

  private static @Nullable Map<String, @Nullable Object> tree(@Nullable Supervision supervision) {
    if (supervision == null) {
      return null;
    }
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("pid", supervision.pid());
    tree.put("replaced", supervision.replaced());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(ObjectCounts counts) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("opened", counts.opened());
    tree.put("verifiedByKernel", counts.verifiedByKernel());
    tree.put("verifiedByJcfs", counts.verifiedByJcfs());
    tree.put("unverified", counts.unverified());
    tree.put("hashed", counts.hashed());
    return tree;
  }

  private static Map<String, @Nullable Object> tree(FailureStatus failure) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("time", failure.time());
    tree.put("path", failure.path());
    tree.put("object", failure.object());
    tree.put("error", failure.error());
    tree.put("cause", failure.cause());
    tree.put("times", failure.times());
    return tree;
  }

  /**
   * @throws IOException if it is none
   */
  static MountStatus parse(String line) throws IOException {
    JsonObject status = Json.parse(line);
    List<FailureStatus> failures = new ArrayList<>();
    for (JsonObject failure : status.objects("lastFailures")) {
      failures.add(failure(failure));
    }
    return new MountStatus(
        status.number("pid"),
        status.bool("daemon"),
        status.string("mountPoint"),
        status.string("image"),
        status.optionalString("imageDigest"),
        status.strings("baseDirectories"),
        status.optionalString("upperDirectory"),
        status.optionalString("workDirectory"),
        status.optionalString("idMap"),
        status.string("driver"),
        status.string("dataPath"),
        status.object("requests").numbers(),
        status.string("verification"),
        instant(status.string("mountedAt")),
        counts(status.object("objects")),
        status.number("failed"),
        failures,
        status.optionalString("log"),
        supervision(status.optionalObject("supervision")));
  }

  private static @Nullable Supervision supervision(@Nullable JsonObject supervision)
      throws IOException {
    return supervision == null
        ? null
        : new Supervision(supervision.number("pid"), supervision.optionalNumber("replaced"));
  }

  private static ObjectCounts counts(JsonObject counts) throws IOException {
    return new ObjectCounts(
        counts.number("opened"),
        counts.number("verifiedByKernel"),
        counts.number("verifiedByJcfs"),
        counts.number("unverified"),
        counts.number("hashed"));
  }

  private static FailureStatus failure(JsonObject failure) throws IOException {
    return new FailureStatus(
        instant(failure.string("time")),
        failure.optionalString("path"),
        failure.optionalString("object"),
        failure.string("error"),
        failure.string("cause"),
        failure.number("times"));
  }

  private static Instant instant(String text) throws IOException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("'%s' is no time".formatted(text), e);
    }
  }
}
