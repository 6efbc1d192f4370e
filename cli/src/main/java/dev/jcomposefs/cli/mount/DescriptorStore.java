package dev.jcomposefs.cli.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFuse;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file descriptor store of the service manager: it keeps the files that it is sent, and starts
 * the next server with them, under the names that they were given here. What that server must know
 * beside the files is in the name of the image.
 *
 * <p>Source: sd_listen_fds(3), and {@code FDSTORE=1} in sd_notify(3).
 */
final class DescriptorStore implements Holder {
  private static final String PREFIX = "jcfs-";
  private static final String WAITING = PREFIX + "waiting";
  private static final String LOOKING = PREFIX + "looking";

  /** Agreed with the kernel, milliseconds since 1970. */
  private static final Pattern IMAGE = Pattern.compile(PREFIX + "image-([0-9a-f.]+)-([0-9]{1,15})");

  private static final int LOOKING_DEVICES = 3;

  /** Number of the first descriptor that a service is started with. */
  private static final int FIRST = 3;

  private static final int MOST = 64;

  private final ServiceNotices notices;

  /** What this process was started with; of a name that is not known here, nothing. */
  private final List<Fd> waiting = new ArrayList<>();

  private final List<Fd> looking = new ArrayList<>();
  private @Nullable Fd image;
  private @Nullable Matcher imageName;

  /** The names of what is in the store. */
  private final Set<String> stored = new LinkedHashSet<>();

  private DescriptorStore(ServiceNotices notices) {
    this.notices = notices;
  }

  /**
   * The store of the manager that has started this process.
   *
   * @throws UserException if this is no service
   */
  static DescriptorStore ofThisProcess() throws FsException {
    ServiceNotices notices = ServiceNotices.ofThisProcess();
    if (notices == null) {
      throw new UserException("--fd-store: there is no service manager (NOTIFY_SOCKET is not set)");
    }
    DescriptorStore store = new DescriptorStore(notices);
    store.receive(System.getenv());
    return store;
  }

  private void receive(Map<String, String> environment) throws FsException {
    String pid = environment.getOrDefault("LISTEN_PID", "");
    if (!pid.equals(Long.toString(ProcessHandle.current().pid()))) {
      return;
    }
    String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", MOST);
    for (int i = 0; i < names.length; i++) {
      Matcher matcher = IMAGE.matcher(names[i]);
      if (names[i].startsWith(PREFIX)) {
        stored.add(names[i]);
      }
      if (names[i].equals(WAITING)) {
        waiting.add(LinuxProcess.inherited(FIRST + i));
      } else if (names[i].equals(LOOKING)) {
        looking.add(LinuxProcess.inherited(FIRST + i));
      } else if (matcher.matches()) {
        image = LinuxProcess.inherited(FIRST + i);
        imageName = matcher;
      }
    }
  }

  @Override
  public Mount open(Path imageFile, Path directory, MountOptions options) throws IOException {
    Handover from = handover(directory);
    if (from != null) {
      return HeldMount.takeOver(
          imageFile, options, new HeldDevices(waiting.getFirst(), looking), from);
    }
    clear();
    List<Fd> devices = new ArrayList<>();
    for (int i = 0; i < 1 + LOOKING_DEVICES; i++) {
      devices.add(LinuxFuse.open());
    }
    HeldDevices held = HeldDevices.of(devices);
    return HeldMount.open(imageFile, directory, options, held, left -> keep(held, left));
  }

  /** What another server has left; null if none has, or if its mount is gone. */
  private @Nullable Handover handover(Path directory) throws IOException {
    if (waiting.size() != 1 || looking.isEmpty() || image == null || imageName == null) {
      return null;
    }
    return Handover.at(
        directory,
        Instant.ofEpochMilli(Long.parseLong(imageName.group(2))),
        Negotiation.parse(imageName.group(1)),
        image);
  }

  /** Leftovers of a mount that is gone, or was never complete. */
  private void clear() throws FsException {
    end();
    waiting.forEach(Fd::close);
    looking.forEach(Fd::close);
    waiting.clear();
    looking.clear();
    if (image != null) {
      image.close();
      image = null;
    }
  }

  private void keep(HeldDevices held, Handover left) throws FsException {
    store(WAITING, held.waiting());
    for (Fd device : held.looking()) {
      store(LOOKING, device);
    }
    store(
        "%simage-%s-%d".formatted(PREFIX, left.agreed().toText(), left.mountedAt().toEpochMilli()),
        left.image());
  }

  private void store(String name, Fd file) throws FsException {
    stored.add(name);
    notices.store(name, file);
  }

  /** Empties the store. */
  @Override
  public void end() throws FsException {
    for (String name : stored) {
      notices.remove(name);
    }
    stored.clear();
  }

  @Override
  public MountStatus.Supervision status() {
    long parent = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
    return new MountStatus.Supervision(parent, null);
  }

  @Override
  public long owner() {
    return ProcessHandle.current().pid();
  }
}
