package dev.jcomposefs.fuse.jnr;

import dev.jcomposefs.fuse.fs.OpenFile;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The files that are open, by the handle that the kernel knows each by. A handle is never given
 * twice, so one that is stale finds nothing instead of another file.
 */
final class OpenFiles implements AutoCloseable {
  record Entry(long node, OpenFile file) {}

  private final ConcurrentHashMap<Long, Entry> byHandle = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  long add(long node, OpenFile file) {
    long handle = last.incrementAndGet();
    byHandle.put(handle, new Entry(node, file));
    return handle;
  }

  @Nullable Entry get(long handle) {
    return byHandle.get(handle);
  }

  void close(long handle) {
    Entry entry = byHandle.remove(handle);
    if (entry != null) {
      entry.file().close();
    }
  }

  /** Closes what the kernel did not: an unmount sends no release for files that are still open. */
  @Override
  public void close() {
    byHandle.keySet().forEach(this::close);
  }
}
