package dev.jcomposefs.fuse.dev;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Speaks the kernel's protocol on {@code /dev/fuse} itself. Thread-safe. */
public final class DevDriver implements Driver {
  /** How many slow requests may be under way at a time. */
  private static final int MAX_WORKERS = 64;

  /** More clones than this gain nothing: one worker does most of the work. */
  private static final int MAX_CLONES = 8;

  /** About 0.3 microseconds each. */
  private static final int SPIN_TRIES = 250;

  private static final long SPIN_NANOS = 100_000;

  private static final int CPUS = Runtime.getRuntime().availableProcessors();

  private final ImageFileSystem files;
  private final @Nullable DataPath wanted;
  private final boolean mapsOwners;

  private volatile @Nullable Connection connection;
  private volatile @Nullable WorkerGroup workers;

  /**
   * @param wanted how the bytes of objects should get to the kernel; null for the best that the
   *     kernel and our rights allow. What is not to be had is replaced by {@link DataPath#COPY}.
   */
  public DevDriver(ImageFileSystem files, @Nullable DataPath wanted) {
    this(files, wanted, false);
  }

  /**
   * @param mapsOwners whether mounts are to be possible that show other owners than the image's;
   *     only for one that lets the kernel check permissions
   */
  public DevDriver(ImageFileSystem files, @Nullable DataPath wanted, boolean mapsOwners) {
    this.files = files;
    this.wanted = wanted;
    this.mapsOwners = mapsOwners;
  }

  @Override
  public String name() {
    return "dev";
  }

  @Override
  public DataPath dataPath() {
    Connection serving = connection;
    return serving == null ? DataPath.COPY : serving.contents().path();
  }

  @Override
  public Map<String, Long> requests() {
    Map<String, Long> counts = new TreeMap<>();
    WorkerGroup serving = workers;
    if (serving != null) {
      for (Opcode opcode : Opcode.values()) {
        long count = serving.requests(opcode);
        if (count > 0) {
          counts.put(opcode.name().toLowerCase(Locale.ROOT), count);
        }
      }
    }
    return counts;
  }

  /** What was agreed with the kernel; null as long as it has not asked, and after the end. */
  public @Nullable Negotiation negotiation() {
    Connection serving = connection;
    return serving == null ? null : serving.negotiation();
  }

  @Override
  public void start(int descriptor, Runnable whenEnded) throws IOException {
    Fd mounted = Fd.adopt(descriptor);
    List<Fd> looking = List.of(mounted);
    try {
      looking = clones(mounted);
      start(mounted, looking, null, whenEnded);
    } catch (Throwable t) {
      close(mounted, looking);
      throw t;
    }
  }

  /**
   * A process that was given the descriptor may not be allowed to open the device. Then there is no
   * other descriptor to look at, and a worker that looks waits.
   */
  private static List<Fd> clones(Fd mounted) throws FsException {
    List<Fd> clones = new ArrayList<>();
    try {
      for (int i = 0; i < Math.min(CPUS, MAX_CLONES); i++) {
        clones.add(LinuxFuse.clone(mounted, true));
      }
      return clones;
    } catch (FsException e) {
      clones.forEach(Fd::close);
      if (e.errno() == Errno.EACCES || e.errno() == Errno.EPERM || e.errno() == Errno.ENOENT) {
        return List.of(mounted);
      }
      throw e;
    }
  }

  /**
   * Begins to serve a new mount so that another process can take over; instead of {@link #start}.
   * {@link Negotiation#canBeResumed} tells, once there is a {@link #negotiation}, whether it can.
   *
   * @param descriptor of /dev/fuse, mounted; closed before this returns
   * @param held without a connection yet; from now on the driver's to close
   */
  public void startHeld(int descriptor, HeldDevices held, Runnable whenEnded) throws IOException {
    try (Fd mounted = Fd.adopt(descriptor)) {
      held.attach(mounted);
      start(held.waiting(), held.looking(), null, whenEnded);
    } catch (Throwable t) {
      close(held.waiting(), held.looking());
      throw t;
    }
  }

  /**
   * Goes on where another process has ended that served the same image; instead of {@link #start}.
   *
   * @param held with a connection; from now on the driver's to close
   * @param agreed what that process and the kernel agreed on
   */
  public void resume(HeldDevices held, Negotiation agreed, Runnable whenEnded) throws IOException {
    try {
      // Before anything else is received: it would be sent a second time.
      Notification.resend(held.waiting());
      start(held.waiting(), held.looking(), agreed, whenEnded);
    } catch (Throwable t) {
      close(held.waiting(), held.looking());
      throw t;
    }
  }

  private void start(Fd waiting, List<Fd> looking, @Nullable Negotiation agreed, Runnable whenEnded)
      throws IOException {
    Connection serving = connection(waiting);
    if (agreed != null) {
      serving.resume(agreed);
    }
    WorkerGroup group = workers(serving, waiting, looking, whenEnded);
    connection = serving;
    workers = group;
    group.start();
  }

  private Connection connection(Fd device) throws IOException {
    Contents contents =
        new Contents(files, new Backing(device), wanted, FileBudget.open(), FileBudget::handedOver);
    return new Connection(
        "fuse-" + device.number(),
        files,
        contents,
        LinuxProcess.pageSize(),
        mapsOwners,
        this::interrupt);
  }

  private static WorkerGroup workers(
      Connection serving, Fd waiting, List<Fd> looking, Runnable whenEnded) {
    Traffic traffic =
        new Traffic(
            new GuestCpus(),
            lookout ->
                Thread.ofPlatform().name(serving.name() + "-lookout").daemon().start(lookout));
    WorkerGroup.Factory factory =
        (group, number) ->
            new Worker(
                group,
                serving,
                waiting,
                looking.get(number % looking.size()),
                new SpinPolicy(SPIN_TRIES, SPIN_NANOS, Runtime.getRuntime()::availableProcessors),
                traffic);
    return new WorkerGroup(
        factory,
        serving.name(),
        MAX_WORKERS,
        Math.max(1, CPUS - 1),
        () -> {
          traffic.close();
          serving.close();
          close(waiting, looking);
          whenEnded.run();
        });
  }

  private boolean interrupt(long unique) {
    WorkerGroup serving = workers;
    return serving != null && serving.interrupt(unique);
  }

  private static void close(Fd waiting, List<Fd> looking) {
    looking.forEach(Fd::close);
    waiting.close();
  }

  private record Backing(Fd device) implements BackingFiles {
    @Override
    public int open(Fd file) {
      return LinuxFuse.openBacking(device, file);
    }

    @Override
    public void close(int id) {
      LinuxFuse.closeBacking(device, id);
    }
  }
}
