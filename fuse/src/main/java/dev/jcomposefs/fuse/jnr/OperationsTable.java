package dev.jcomposefs.fuse.jnr;

import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.provider.ParameterFlags;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * A struct fuse_operations with our callbacks in it, bound by address past jnr-fuse's own ones.
 * libfuse copies the structure but calls into the closures for as long as it lives, so whoever
 * serves must keep this reachable.
 */
final class OperationsTable extends FuseOperations {
  /** libfuse gives no path where there is a file handle, and saves itself making one up. */
  private static final byte NULL_PATH_OK_AND_NO_PATH = 0b11;

  private final jnr.ffi.Pointer memory = Struct.getMemory(this, ParameterFlags.DIRECT);

  /** Keeps what the native side holds addresses of. */
  private final List<Object> closures = new ArrayList<>();

  OperationsTable(Operations operations) {
    super(Runtime.getSystemRuntime());
    bind(getattr, Callbacks.Two.class, operations::getattr);
    bind(fgetattr, Callbacks.Three.class, operations::fgetattr);
    bind(readlink, Callbacks.Three.class, operations::readlink);
    bind(open, Callbacks.Two.class, operations::open);
    bind(read, Callbacks.Five.class, operations::read);
    bind(release, Callbacks.Two.class, operations::release);
    bind(opendir, Callbacks.Two.class, operations::opendir);
    bind(readdir, Callbacks.Five.class, operations::readdir);
    bind(getxattr, Callbacks.Four.class, operations::getxattr);
    bind(listxattr, Callbacks.Three.class, operations::listxattr);
    bind(statfs, Callbacks.Two.class, operations::statfs);
    memory.putByte(flag_nullpath_ok.offset(), NULL_PATH_OK_AND_NO_PATH);
  }

  private <T> void bind(AbstractMember slot, Class<T> shape, T callback) {
    jnr.ffi.Pointer entry = getRuntime().getClosureManager().getClosurePointer(shape, callback);
    memory.putAddress(slot.offset(), entry.address());
    closures.add(callback);
  }

  long address() {
    return memory.address();
  }

  /** Bytes. */
  long size() {
    return Struct.size(this);
  }
}
