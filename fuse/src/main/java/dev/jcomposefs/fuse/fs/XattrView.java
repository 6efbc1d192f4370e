package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Which of an image's extended attributes a mount shows, and by what names.
 *
 * <p>Overlayfs on top of a mount takes {@code trusted.overlay.X} of a file for an order to itself,
 * and hides it. An image may hold such attributes as data: they were the packed directory's own, or
 * stand for a whiteout in it, and whoever reads the mount is to see them. So below an overlay they
 * are shown as {@code trusted.overlay.overlay.X}, which overlayfs (since Linux 6.7) shows as {@code
 * trusted.overlay.X} and does not obey; older ones hide both. The image's own orders, to find
 * content elsewhere, are never shown: the content is served. In another user namespace than the
 * initial one it is {@code user.overlay.X} instead.
 *
 * <p>Source: Linux {@code Documentation/filesystems/overlayfs.rst}, "Nesting overlayfs mounts";
 * {@code fs/overlayfs/xattrs.c}.
 */
public final class XattrView {
  /** All of them, as they are. */
  public static final XattrView PLAIN = new XattrView(true, null);

  /** What doubles a prefix. */
  private static final ByteString ONCE_MORE = ByteString.utf8("overlay.");

  private static final ByteString ACCESS_ACL = ByteString.utf8("system.posix_acl_access");
  private static final ByteString DEFAULT_ACL = ByteString.utf8("system.posix_acl_default");

  private final boolean acls;
  private final @Nullable ByteString orders;

  private XattrView(boolean acls, @Nullable ByteString orders) {
    this.acls = acls;
    this.orders = orders;
  }

  /** The same without POSIX ACLs, as if the file system had no such thing. */
  public XattrView withoutAcls() {
    return new XattrView(false, orders);
  }

  /**
   * The same for a layer below overlayfs.
   *
   * @param prefix of the attributes that it obeys, with the last dot, such as {@code
   *     trusted.overlay.}
   */
  public XattrView belowOverlay(String prefix) {
    return new XattrView(acls, ByteString.utf8(prefix));
  }

  boolean isPlain() {
    return acls && orders == null;
  }

  boolean hasAcls() {
    return acls;
  }

  /** The name by which an attribute of the image is shown; null if it is not. */
  @Nullable ByteString shown(ByteString key) {
    if (isHiddenAcl(key)) {
      return null;
    }
    return orders != null && key.startsWith(orders)
        ? orders.concat(ONCE_MORE).concat(key.substring(orders.length()))
        : key;
  }

  /**
   * The image's name of an attribute that is asked for.
   *
   * @return null if none can be shown by this name
   * @throws FsException EOPNOTSUPP for an ACL where there are none
   */
  @Nullable ByteString stored(ByteString key) throws FsException {
    if (isHiddenAcl(key)) {
      throw new FsException(Errno.EOPNOTSUPP, "POSIX ACLs are off");
    }
    if (orders == null || !key.startsWith(orders)) {
      return key;
    }
    ByteString rest = key.substring(orders.length());
    return rest.startsWith(ONCE_MORE) ? orders.concat(rest.substring(ONCE_MORE.length())) : null;
  }

  private boolean isHiddenAcl(ByteString key) {
    return !acls && (key.equals(ACCESS_ACL) || key.equals(DEFAULT_ACL));
  }
}
