package dev.jcomposefs.fuse.jnr;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.fuse.fs.ImageFileSystem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Hands the entries of one readdir to libfuse's {@code int fuse_fill_dir_t(void *buf, const char
 * *name, const struct stat *stbuf, off_t off)}. One per thread, used again and again.
 */
final class Filler implements DirentSink {
  private static final Invoker INVOKER = Invoker.getInstance();
  private static final CallContext FILL =
      CallContext.getCallContext(
          Type.SINT32,
          new Type[] {Type.POINTER, Type.POINTER, Type.POINTER, Type.SINT64},
          CallingConvention.DEFAULT,
          false);

  private final StatLayout layout;
  private final MemorySegment stat;
  private final MemorySegment name;

  private long function;
  private long buffer;

  Filler(StatLayout layout) {
    this.layout = layout;
    this.stat = Arena.ofAuto().allocate(layout.size, 8);
    this.name = Arena.ofAuto().allocate(ImageFileSystem.MAX_NAME + 1L);
  }

  /** Where the next entries go, both as libfuse gave them to readdir. */
  Filler into(long function, long buffer) {
    this.function = function;
    this.buffer = buffer;
    return this;
  }

  @Override
  public boolean entry(
      long cookie, long node, FileType type, MemorySegment names, long at, int length) {
    MemorySegment.copy(names, at, name, 0, length);
    name.set(JAVA_BYTE, length, (byte) 0);
    layout.writeEntry(node, type.bits(), stat);
    long full = INVOKER.invokeN4(FILL, function, buffer, name.address(), stat.address(), cookie);
    return (int) full == 0;
  }
}
