package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.cache.linux.Fd;
import dev.jcomposefs.cache.linux.LinuxFiles;
import dev.jcomposefs.cache.linux.LinuxFuse;
import dev.jcomposefs.cache.linux.LinuxMounts;
import dev.jcomposefs.cache.linux.LinuxProcess;
import dev.jcomposefs.cache.linux.OpenFlags;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.fuse.fs.XattrView;
import dev.jcomposefs.fuse.kernel.Overlay;
import dev.jcomposefs.fuse.kernel.WritableLayer;
import dev.jcomposefs.fuse.mount.OptionException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel is to put on top of a mount of ours: a mapping of its owners, a layer that takes
 * changes, or both.
 */
final class KernelLayers {
  private final @Nullable WritableLayer writable;
  private final @Nullable Path userNamespace;
  private final boolean readOnly;

  private KernelLayers(
      @Nullable WritableLayer writable, @Nullable Path userNamespace, boolean readOnly) {
    this.writable = writable;
    this.userNamespace = userNamespace;
    this.readOnly = readOnly;
  }

  /**
   * What these options ask for.
   *
   * @return null for a plain mount
   * @throws FsException for what cannot be had, or not by this user
   */
  static @Nullable KernelLayers of(MountOptions options) throws FsException {
    WritableLayer writable = options.layers().writable();
    Path userNamespace = options.layers().userNamespace();
    if (writable == null && userNamespace == null) {
      return null;
    }
    String option = writable == null ? "idmap" : "upperdir";
    if (LinuxProcess.effectiveUserId() != 0) {
      throw new FsException(Errno.EPERM, "option '%s': only root has this".formatted(option));
    }
    if (userNamespace != null && options.server().driver() == DriverChoice.JNR) {
      throw new OptionException("idmap", Reason.UNSUPPORTED, "driver jnr does not have this");
    }
    return new KernelLayers(writable, userNamespace, options.layers().readOnly());
  }

  /** How a mount has to show extended attributes so that what these make of it is as asked for. */
  static XattrView attributes(MountOptions options) throws FsException {
    XattrView view = options.content().acls() ? XattrView.PLAIN : XattrView.PLAIN.withoutAcls();
    return options.layers().writable() == null ? view : view.belowOverlay(Overlay.ownAttributes());
  }

  /**
   * Puts them on top.
   *
   * @param staged where the mount is now; whoever made it takes it away
   * @param target where everything is to be
   */
  void add(Path staged, Path target) throws IOException {
    aside(() -> {
      if (userNamespace != null) {
        try (Fd mapped = LinuxMounts.copy(LinuxFiles.bytesOf(staged))) {
          mapOwners(mapped, userNamespace);
          LinuxMounts.attach(mapped, LinuxFiles.bytesOf(writable == null ? target : staged));
        }
      }
      if (writable != null) {
        Overlay.above(staged, writable, readOnly).mount(target);
      }
      return true;
    });
  }

  private static void mapOwners(Fd mount, Path userNamespace) throws FsException {
    try (Fd namespace = LinuxFiles.open(userNamespace, OpenFlags.READ_ONLY)) {
      LinuxMounts.mapOwners(mount, namespace);
    } catch (FsException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      throw new FsException(
          Errno.EINVAL,
          "option 'idmap': '%s' is no user namespace, or the kernel maps no owners of FUSE mounts"
                  .formatted(userNamespace)
              + " (Linux 6.12 does)",
          e);
    }
  }

  /** Something that uses the mount of this very process. */
  @FunctionalInterface
  private interface Task {
    boolean run() throws IOException;
  }

  private static void aside(Task task) throws IOException {
    FutureTask<Boolean> result =
        new FutureTask<>(() -> {
          LinuxFuse.disown();
          return task.run();
        });
    Thread.ofPlatform().name("jcfs-layers").daemon().start(result);
    try {
      result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while layers were put on top of a mount");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
