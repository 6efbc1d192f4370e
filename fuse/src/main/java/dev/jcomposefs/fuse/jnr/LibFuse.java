package dev.jcomposefs.fuse.jnr;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import dev.jcomposefs.cache.linux.Fd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The functions of libfuse 2.9 in use. Source: {@code include/fuse.h}, {@code
 * include/fuse_lowlevel.h}, {@code include/fuse_opt.h}.
 *
 * <p>Each is looked up by name and version, because dlsym(3) alone takes the wrong {@code
 * fuse_new}: the one of the very first interface, with other arguments.
 */
final class LibFuse {
  private static final String FILE = "libfuse.so.2";
  private static final int RTLD_NOW = 2;

  private static final Invoker INVOKER = Invoker.getInstance();
  // by result and arguments; size_t and pointers are the same to a call
  private static final CallContext POINTER = shape(Type.POINTER);
  private static final CallContext POINTER_FROM_2 = shape(Type.POINTER, pointers(2));
  private static final CallContext POINTER_FROM_3 = shape(Type.POINTER, pointers(3));
  private static final CallContext POINTER_FROM_5 = shape(Type.POINTER, pointers(5));
  private static final CallContext POINTER_FROM_INT = shape(Type.POINTER, Type.SINT32);
  private static final CallContext INT_FROM_1 = shape(Type.SINT32, pointers(1));
  private static final CallContext VOID_FROM_1 = shape(Type.VOID, pointers(1));

  private final long kernChanNew;
  private final long chanDestroy;
  private final long fuseNew;
  private final long optFreeArgs;
  private final long loop;
  private final long destroy;

  private LibFuse(Symbols symbols) throws IOException {
    kernChanNew = symbols.find("fuse_kern_chan_new", "FUSE_2.4");
    chanDestroy = symbols.find("fuse_chan_destroy", "FUSE_2.4");
    fuseNew = symbols.find("fuse_new", "FUSE_2.6");
    optFreeArgs = symbols.find("fuse_opt_free_args", "FUSE_2.5");
    loop = symbols.find("fuse_loop", "FUSE_2.2");
    destroy = symbols.find("fuse_destroy", "FUSE_2.2");
  }

  /**
   * Loads the library, which then stays.
   *
   * @throws IOException if it is not installed or another generation of it
   */
  static LibFuse load() throws IOException {
    return new LibFuse(Symbols.open());
  }

  /**
   * Makes a session on a mounted descriptor of /dev/fuse: {@code fuse_kern_chan_new} and {@code
   * fuse_new}.
   *
   * @param descriptor closed by libfuse, with the session or at once if there is none
   * @param options as after {@code -o}; ASCII
   * @param operations address of a struct fuse_operations, copied
   * @param operationsSize its bytes
   * @return the address of a struct fuse
   */
  long open(int descriptor, String options, long operations, long operationsSize)
      throws IOException {
    long channel = INVOKER.invokeN1(POINTER_FROM_INT, kernChanNew, descriptor);
    if (channel == 0) {
      Fd.adopt(descriptor).close();
      throw new IOException("libfuse has no memory for a channel");
    }
    long fuse;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arguments(arena, "jcomposefs", "-o" + options);
      fuse =
          INVOKER.invokeN5(
              POINTER_FROM_5, fuseNew, channel, arguments.address(), operations, operationsSize, 0);
      INVOKER.invokeN1(VOID_FROM_1, optFreeArgs, arguments.address());
    }
    if (fuse == 0) {
      INVOKER.invokeN1(VOID_FROM_1, chanDestroy, channel);
      throw new IOException("libfuse refused the options '%s'".formatted(options));
    }
    return fuse;
  }

  /**
   * Serves requests on this thread until the mount is gone. Several threads may be in it.
   *
   * @return whether it ended as it should
   */
  boolean loop(long fuse) {
    return (int) INVOKER.invokeN1(INT_FROM_1, loop, fuse) == 0;
  }

  /** Frees the session and closes its descriptor; no thread may be in its loop. */
  void destroy(long fuse) {
    INVOKER.invokeN1(VOID_FROM_1, destroy, fuse);
  }

  /** A struct fuse_args: s32 argc, char **argv at 8, s32 whether argv was allocated by malloc. */
  private static MemorySegment arguments(SegmentAllocator allocator, String... words) {
    MemorySegment argv = allocator.allocate(ValueLayout.ADDRESS, words.length + 1L);
    for (int i = 0; i < words.length; i++) {
      argv.setAtIndex(ValueLayout.ADDRESS, i, allocator.allocateFrom(words[i]));
    }
    MemorySegment arguments = allocator.allocate(24, 8);
    arguments.set(ValueLayout.JAVA_INT, 0, words.length);
    arguments.set(ValueLayout.ADDRESS, 8, argv);
    return arguments;
  }

  private static Type[] pointers(int count) {
    Type[] types = new Type[count];
    Arrays.fill(types, Type.POINTER);
    return types;
  }

  private static CallContext shape(Type result, Type... arguments) {
    return CallContext.getCallContext(result, arguments, CallingConvention.DEFAULT, false);
  }

  /** The dynamic linker's own functions, dlopen(3) and dlvsym(3). */
  private record Symbols(long library, long dlvsym) {
    static Symbols open() throws IOException {
      Library linker = Library.getDefault();
      long dlopen = linker.getSymbolAddress("dlopen");
      long dlvsym = linker.getSymbolAddress("dlvsym");
      long dlerror = linker.getSymbolAddress("dlerror");
      if (dlopen == 0 || dlvsym == 0 || dlerror == 0) {
        throw new IOException(
            "%s: the C library finds no functions by version, expected glibc".formatted(FILE));
      }
      try (Arena arena = Arena.ofConfined()) {
        long library =
            INVOKER.invokeN2(POINTER_FROM_2, dlopen, arena.allocateFrom(FILE).address(), RTLD_NOW);
        if (library == 0) {
          throw new IOException(
              "libfuse 2 is not installed: " + text(INVOKER.invokeN0(POINTER, dlerror)));
        }
        return new Symbols(library, dlvsym);
      }
    }

    long find(String name, String version) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        long address =
            INVOKER.invokeN3(
                POINTER_FROM_3,
                dlvsym,
                library,
                arena.allocateFrom(name).address(),
                arena.allocateFrom(version).address());
        if (address == 0) {
          throw new IOException("%s has no function %s@%s".formatted(FILE, name, version));
        }
        return address;
      }
    }

    private static String text(long address) {
      return address == 0 ? FILE : NativeMemory.ALL.getString(address);
    }
  }
}
