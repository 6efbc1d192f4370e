package dev.jcomposefs.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.control.MountStatus.FailureStatus;
import dev.jcomposefs.cli.control.MountStatus.ObjectCounts;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static Instant at(int minute) {
    return LocalDateTime.of(2026, 11, 21, 10, minute).atZone(ZoneId.systemDefault()).toInstant();
  }

  @Test
  void of_mountWithFailures_saysWhoVerifiesAndWhatFailed() {
    MountStatus mount =
        new MountStatus(
            4711,
            true,
            "/mnt/evil\u001b[2J",
            "/images/a.cfs",
            "12ab",
            List.of("/objects", "/more"),
            "/upper",
            "/work",
            "/proc/1/ns/user",
            "dev",
            "no-open",
            Map.of("getattr", 1L, "read", 3L, "lookup", 4L, "open", 2L, "readdirplus", 10L),
            "require",
            at(0),
            new ObjectCounts(12, 1, 8, 3, 5),
            2,
            List.of(
                new FailureStatus(at(1), "/bin/ls", "ab/cd", "EIO", "digest is x, expected y", 1),
                new FailureStatus(at(2), null, null, "EIO", "out of luck", 3)),
            "/var/log/a.log",
            new MountStatus.Supervision(4710, 3L));
    assertThat(StatusText.of(List.of(mount)))
        .isEqualTo(
            """
            /mnt/evil\\x1b[2J
              image     /images/a.cfs
              digest    12ab
              objects   /objects
              objects   /more
              changes   /upper
              workdir   /work
              idmap     /proc/1/ns/user
              verify    require
              driver    dev, data path no-open
              since     2026-11-21 10:00:00, daemon, process 4711
              held by   process 4710, servers replaced: 3
              log       /var/log/a.log
              requests  20: readdirplus 10, lookup 4, read 3, open 2, ...
              opened    12: 1 verified by the kernel, 8 by jcfs (hashed 5), 3 by nobody
              failed    2
              failure   2026-11-21 10:01:00 /bin/ls: object ab/cd: digest is x, expected y (EIO)
              failure   2026-11-21 10:02:00 (path not known): out of luck (EIO), 3 times
            """);
  }
}
