package dev.jcomposefs.cli.status;

import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.terminal.Printable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Status for people: a paragraph per mount, one fact per line. */
final class StatusText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private static final int KINDS_SHOWN = 4;

  private final StringBuilder text = new StringBuilder();

  private StatusText() {}

  static String of(List<MountStatus> mounts) {
    StatusText all = new StatusText();
    mounts.forEach(all::add);
    return all.text.toString();
  }

  private void add(MountStatus mount) {
    if (!text.isEmpty()) {
      text.append('\n');
    }
    text.append(Printable.of(mount.mountPoint())).append('\n');
    fact("image", mount.image());
    fact("digest", mount.imageDigest() == null ? "not required" : mount.imageDigest());
    mount.baseDirectories().forEach(base -> fact("objects", base));
    optionalFact("changes", mount.upperDirectory());
    optionalFact("workdir", mount.workDirectory());
    optionalFact("idmap", mount.idMap());
    fact("verify", mount.verification());
    fact("driver", mount.driver() + ", data path " + mount.dataPath());
    String process = (mount.daemon() ? ", daemon, process " : ", process ") + mount.pid();
    fact("since", time(mount.mountedAt()) + process);
    MountStatus.Supervision holder = mount.supervision();
    if (holder != null) {
      String replaced = holder.replaced() == null ? "" : ", servers replaced: " + holder.replaced();
      fact("held by", "process " + holder.pid() + replaced);
    }
    optionalFact("log", mount.log());
    if (!mount.requests().isEmpty()) {
      fact("requests", requests(mount.requests()));
    }
    MountStatus.ObjectCounts objects = mount.objects();
    fact(
        "opened",
        "%d: %d verified by the kernel, %d by jcfs (hashed %d), %d by nobody"
            .formatted(
                objects.opened(),
                objects.verifiedByKernel(),
                objects.verifiedByJcfs(),
                objects.hashed(),
                objects.unverified()));
    fact("failed", Long.toString(mount.failed()));
    mount.lastFailures().forEach(this::failure);
  }

  /** All of them, and the most frequent kinds. */
  private static String requests(Map<String, Long> counts) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(KINDS_SHOWN)
        .map(kind -> kind.getKey() + " " + kind.getValue())
        .collect(Collectors.joining(", ", all + ": ", counts.size() > KINDS_SHOWN ? ", ..." : ""));
  }

  private void optionalFact(String name, @Nullable String value) {
    if (value != null) {
      fact(name, value);
    }
  }

  private void fact(String name, String value) {
    text.append("  %-9s %s%n".formatted(name, Printable.of(value)));
  }

  private void failure(MountStatus.FailureStatus failure) {
    StringBuilder line = new StringBuilder(time(failure.time())).append(' ');
    line.append(failure.path() == null ? "(path not known)" : failure.path());
    if (failure.object() != null) {
      line.append(": object ").append(failure.object());
    }
    line.append(": ").append(failure.cause()).append(" (").append(failure.error()).append(')');
    if (failure.times() > 1) {
      line.append(", ").append(failure.times()).append(" times");
    }
    fact("failure", line.toString());
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
