package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cli.control.MountStatus;
import dev.jcomposefs.cli.terminal.UserException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.dev.HeldDevices;
import dev.jcomposefs.fuse.dev.Negotiation;
import dev.jcomposefs.fuse.mount.Handover;
import dev.jcomposefs.fuse.mount.HeldMount;
import dev.jcomposefs.fuse.mount.Mount;
import dev.jcomposefs.fuse.mount.MountOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The process that keeps a mount when its server dies, and starts the next one: {@code lib/hold.sh}
 * of the launcher, which started this one.
 *
 * <p>It has opened {@code /dev/fuse} some times under numbers that are agreed here, and keeps what
 * the first server says in one line on its stdout: the descriptor of its image, which the holder
 * opens in turn, and what the next server is given in a property.
 *
 * @param pid of the holder
 * @param replaced how many servers of this mount have died before this one
 * @param left what the first server said; null if this is the first
 */
record HoldingScript(long pid, int replaced, @Nullable String left) implements Holder {
  /** What the line to the holder starts with; the descriptor and {@link #LEFT} follow. */
  private static final String LINE = "jcfs: hold ";

  /** Device, agreed with the kernel, milliseconds since 1970, mount point. */
  private static final Pattern LEFT =
      Pattern.compile("([0-9]{1,9}:[0-9]{1,9}) ([0-9a-f.]+) ([0-9]{1,15}) (/.*)");

  private static final int IMAGE = 5;
  private static final int FIRST_DEVICE = 6;
  private static final int LAST_DEVICE = 9;

  /**
   * The script that started this process.
   *
   * @throws UserException if none did
   */
  static HoldingScript ofThisProcess() {
    Long pid = Long.getLong("jcfs.holder");
    if (pid == null) {
      throw new UserException("--supervise works only with the launcher that jcfs comes with");
    }
    return new HoldingScript(
        pid, Integer.getInteger("jcfs.replaced", 0), System.getProperty("jcfs.left"));
  }

  @Override
  public Mount open(Path image, Path directory, MountOptions options) throws IOException {
    return left == null
        ? HeldMount.open(image, directory, options, devices(), HoldingScript::tell)
        : HeldMount.takeOver(image, options, devices(), handover(left));
  }

  private static HeldDevices devices() throws FsException {
    List<Fd> devices = new ArrayList<>();
    for (int number = FIRST_DEVICE; number <= LAST_DEVICE; number++) {
      devices.add(LinuxProcess.inherited(number));
    }
    return HeldDevices.of(devices);
  }

  private static Handover handover(String left) throws FsException {
    Matcher matcher = LEFT.matcher(left);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "found '%s', expected DEVICE AGREED MILLISECONDS MOUNT-POINT".formatted(left));
    }
    return new Handover(
        Path.of(matcher.group(4)),
        matcher.group(1),
        Instant.ofEpochMilli(Long.parseLong(matcher.group(3))),
        Negotiation.parse(matcher.group(2)),
        LinuxProcess.inherited(IMAGE));
  }

  /** What the script hears counts once this is ready. */
  private static void tell(Handover handover) {
    String text =
        "%s %s %d %s"
            .formatted(
                handover.device(),
                handover.agreed().toText(),
                handover.mountedAt().toEpochMilli(),
                handover.mountPoint());
    if (!LEFT.matcher(text).matches()) {
      throw new UserException(
          "mount point '%s': its path has a line break, which --supervise does not allow"
              .formatted(handover.mountPoint()));
    }
    System.out.println(LINE + handover.image().number() + " " + text);
  }

  /** The script ends with this process. */
  @Override
  public void end() {}

  @Override
  public MountStatus.Supervision status() {
    return new MountStatus.Supervision(pid, (long) replaced);
  }

  @Override
  public long owner() {
    return pid;
  }
}
