package dev.jcomposefs.fuse.jnr;

import dev.jcomposefs.fuse.fs.Driver;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves a file system through libfuse 2. */
public final class JnrDriver implements Driver {
  private static final Logger LOG = LoggerFactory.getLogger(JnrDriver.class);

  /**
   * What the kernel is told about caching: keep everything, nothing will change. {@code use_ino}
   * because libfuse would otherwise number inodes by name, and hard links would differ. The times
   * are seconds; more of them would overflow in older kernels.
   */
  private static final String OPTIONS =
      "use_ino,kernel_cache,entry_timeout=1e9,attr_timeout=1e9,negative_timeout=1e9";

  /**
   * Not one, because it may be hashing a large object while others ask for names. Not many, because
   * the kernel wakes idle ones in turn, and a thread that has just answered is quicker to answer
   * again than one that has slept.
   */
  private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

  private final LibFuse library;
  private final OpenFiles open = new OpenFiles();
  private final OperationsTable operations;
  private final AtomicInteger running = new AtomicInteger(THREADS);

  private JnrDriver(LibFuse library, ImageFileSystem files) {
    this.library = library;
    this.operations =
        new OperationsTable(
            new Operations(files, open, StatLayout.of(System.getProperty("os.arch"))));
  }

  /**
   * Loads libfuse and binds the callbacks; nothing is served yet.
   *
   * @throws IOException if libfuse 2 is not there
   */
  public static JnrDriver load(ImageFileSystem files) throws IOException {
    return new JnrDriver(LibFuse.load(), files);
  }

  @Override
  public void start(int descriptor, Runnable whenEnded) throws IOException {
    long fuse = library.open(descriptor, OPTIONS, operations.address(), operations.size());
    int started = 0;
    try {
      for (; started < THREADS; started++) {
        Thread.ofPlatform()
            .name("fuse-jnr-" + started)
            .daemon()
            .start(() -> serve(fuse, whenEnded));
      }
    } catch (OutOfMemoryError e) {
      // No more threads to be had; fewer of them serve as well.
      if (started == 0) {
        library.destroy(fuse);
        throw new IOException("no thread can be started to serve the mount", e);
      }
      LOG.warn("only {} threads serve the mount, {} were wanted", started, THREADS);
      for (int missing = started; missing < THREADS; missing++) {
        leave(fuse, whenEnded);
      }
    }
  }

  private void serve(long fuse, Runnable whenEnded) {
    try {
      if (!library.loop(fuse)) {
        LOG.warn("libfuse: a serving thread ended with an error");
      }
    } finally {
      // until here, native code may call into the closures
      Reference.reachabilityFence(operations);
      leave(fuse, whenEnded);
    }
  }

  /** The last one to leave closes the doors. */
  private void leave(long fuse, Runnable whenEnded) {
    if (running.decrementAndGet() == 0) {
      library.destroy(fuse);
      open.close();
      whenEnded.run();
    }
  }

  @Override
  public String name() {
    return "jnr";
  }

  @Override
  public DataPath dataPath() {
    return DataPath.COPY;
  }
}
