package dev.jcomposefs.fuse.dev;

import org.jspecify.annotations.Nullable;

/**
 * The requests of the protocol, each with the least that its body must hold to be looked at.
 *
 * <p>Those that would change something state no sizes: they are refused before anything of theirs
 * is read.
 *
 * <p>Source: Linux {@code include/uapi/linux/fuse.h}, enum fuse_opcode.
 */
enum Opcode {
  LOOKUP(1, 0, true),
  FORGET(2, 0, false),
  GETATTR(3, 0, false),
  SETATTR(4, 0, false),
  READLINK(5, 0, false),
  SYMLINK(6, 0, false),
  MKNOD(8, 0, false),
  MKDIR(9, 0, false),
  UNLINK(10, 0, false),
  RMDIR(11, 0, false),
  RENAME(12, 0, false),
  LINK(13, 0, false),
  OPEN(14, OpenInLayout.SIZE, false),
  READ(15, ReadInLayout.SIZE, false),
  WRITE(16, 0, false),
  STATFS(17, 0, false),
  RELEASE(18, 0, false),
  FSYNC(20, 0, false),
  SETXATTR(21, 0, false),
  GETXATTR(22, XattrInLayout.SIZE, true),
  LISTXATTR(23, XattrInLayout.SIZE, false),
  REMOVEXATTR(24, 0, false),
  FLUSH(25, 0, false),
  INIT(26, InitInLayout.UNTIL_FLAGS2, false),
  OPENDIR(27, 0, false),
  READDIR(28, ReadInLayout.SIZE, false),
  RELEASEDIR(29, 0, false),
  FSYNCDIR(30, 0, false),
  GETLK(31, 0, false),
  SETLK(32, 0, false),
  SETLKW(33, 0, false),
  ACCESS(34, 0, false),
  CREATE(35, 0, false),
  INTERRUPT(36, InterruptInLayout.SIZE, false),
  BMAP(37, 0, false),
  DESTROY(38, 0, false),
  IOCTL(39, IoctlInLayout.SIZE, false),
  POLL(40, 0, false),
  NOTIFY_REPLY(41, 0, false),
  BATCH_FORGET(42, 0, false),
  FALLOCATE(43, 0, false),
  READDIRPLUS(44, ReadInLayout.SIZE, false),
  RENAME2(45, 0, false),
  LSEEK(46, LseekInLayout.SIZE, false),
  COPY_FILE_RANGE(47, 0, false),
  SETUPMAPPING(48, 0, false),
  REMOVEMAPPING(49, 0, false),
  SYNCFS(50, 0, false),
  TMPFILE(51, 0, false),
  STATX(52, 0, false),
  COPY_FILE_RANGE_64(53, 0, false);

  /** One more than the largest number. */
  static final int LIMIT = 54;

  private static final @Nullable Opcode[] BY_NUMBER = new @Nullable Opcode[LIMIT];

  static {
    for (Opcode opcode : values()) {
      BY_NUMBER[opcode.number] = opcode;
    }
  }

  private final int number;
  private final int leastBody;
  private final boolean named;

  Opcode(int number, int leastBody, boolean named) {
    this.number = number;
    this.leastBody = leastBody;
    this.named = named;
  }

  int number() {
    return number;
  }

  /** Bytes of the struct at the start of the body; a newer kernel may send a longer one. */
  int leastBody() {
    return leastBody;
  }

  /** Whether a name, ended by NUL, follows the struct. */
  boolean named() {
    return named;
  }

  /** The request with this number; null for one that this protocol version does not have. */
  static @Nullable Opcode of(int number) {
    return number >= 0 && number < LIMIT ? BY_NUMBER[number] : null;
  }
}
