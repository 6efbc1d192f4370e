package dev.jcomposefs.nativetests.hostile;

import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import dev.jcomposefs.nativetests.posix.PosixChanges;
import java.util.Locale;

/** What can become of an object while nobody looks. */
enum Damage {
  ONE_BIT {
    @Override
    void on(ByteString object) throws FsException {
      flip(object, Posix.stat(object).size() / 2);
    }
  },
  FIRST_BYTE {
    @Override
    void on(ByteString object) throws FsException {
      flip(object, 0);
    }
  },
  LAST_BYTE {
    @Override
    void on(ByteString object) throws FsException {
      flip(object, Posix.stat(object).size() - 1);
    }
  },
  ONE_BYTE_LESS {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.truncate(object, Posix.stat(object).size() - 1);
    }
  },
  ONE_BYTE_MORE {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.truncate(object, Posix.stat(object).size() + 1);
    }
  },
  EMPTY {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.truncate(object, 0);
    }
  },
  MISSING {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.unlink(object);
    }
  },
  /** Leads to the very bytes, but whoever can place a link can place another. */
  SYMLINK {
    @Override
    void on(ByteString object) throws FsException {
      ByteString moved = object.concat(ByteString.utf8(".moved"));
      PosixChanges.rename(object, moved);
      PosixChanges.symlink(moved, object);
    }
  },
  FIFO {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.unlink(object);
      PosixChanges.mknod(object, FileType.FIFO, 0, 0);
    }
  },
  SOCKET {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.unlink(object);
      PosixChanges.mknod(object, FileType.SOCKET, 0, 0);
    }
  },
  /** /dev/zero, which never ends. */
  DEVICE {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.unlink(object);
      PosixChanges.mknod(object, FileType.CHARACTER_DEVICE, 1, 5);
    }
  },
  DIRECTORY {
    @Override
    void on(ByteString object) throws FsException {
      PosixChanges.unlink(object);
      PosixChanges.mkdir(object);
    }
  };

  abstract void on(ByteString object) throws FsException;

  /** A name for the file whose object this happens to. */
  String file() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Changes one bit of a byte; twice brings the byte back. */
  static void flip(ByteString file, long at) throws FsException {
    try (OpenFile open = OpenFile.open(file, OpenFile.READ_WRITE)) {
      open.write(new byte[] {(byte) (open.read(at, 1)[0] ^ 1)}, at);
    }
  }
}
