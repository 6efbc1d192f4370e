package dev.jcomposefs.format.erofs;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which key with which value how many inodes have, to find those that an image stores once.
 *
 * <p>What overlayfs is told about a file's object is different for nearly every file. For these no
 * pair is made until a second file turns up with the same object.
 */
final class XattrUses {
  /** How often the object of a digest is named: by its digest, by its path. */
  private static final class ObjectUses {
    private static final ObjectUses ONCE = new ObjectUses(1, 1);

    private int metacopies;
    private int redirects;
    private @Nullable XattrPair metacopy;
    private @Nullable XattrPair redirect;

    ObjectUses(int metacopies, int redirects) {
      this.metacopies = metacopies;
      this.redirects = redirects;
    }
  }

  private static final ByteString SLASH = ByteString.utf8("/");

  private final boolean lustrePrefix;
  private final Map<XattrPair, XattrPair> pairs = new HashMap<>();
  private final IdentityHashMap<Xattrs, XattrPair[]> sets = new IdentityHashMap<>();
  private final Map<Digest, ObjectUses> objects = new HashMap<>();
  private final FileXattr metacopy = new FileXattr(OverlayKeys.METACOPY);
  private final FileXattr redirect = new FileXattr(OverlayKeys.REDIRECT);
  private final XattrPair unknownDigest;

  XattrUses(ErofsVersion version) {
    this.lustrePrefix = version == ErofsVersion.V2;
    this.unknownDigest = pair(OverlayKeys.METACOPY, ByteString.EMPTY);
  }

  /** The one pair of this image for a key, escaped already, and its value. */
  XattrPair pair(ByteString key, ByteString value) {
    int prefix = XattrPrefix.indexOf(key);
    if (prefix == XattrPrefix.LUSTRE && !lustrePrefix) {
      prefix = XattrPrefix.NONE;
    }
    XattrPair pair = new XattrPair(key, value, prefix);
    XattrPair first = pairs.putIfAbsent(pair, pair);
    return first == null ? pair : first;
  }

  /**
   * The pairs of a node's own attributes, escaped. Escaping moves no key past another, so they are
   * in ascending order as the attributes are.
   */
  XattrPair[] own(Xattrs xattrs) {
    return sets.computeIfAbsent(xattrs, this::escape);
  }

  private XattrPair[] escape(Xattrs xattrs) {
    XattrPair[] escaped = new XattrPair[xattrs.count()];
    for (int i = 0; i < escaped.length; i++) {
      ByteString key = xattrs.key(i);
      if (key.startsWith(OverlayKeys.PRIVATE)) {
        key = OverlayKeys.ESCAPED.concat(key.substring(OverlayKeys.PRIVATE.length()));
      }
      escaped[i] = pair(key, xattrs.value(i));
    }
    return escaped;
  }

  /** Counts what overlayfs is told about a file, except what is a pair. */
  void useObject(ExternalFile file) {
    Digest digest = file.digest();
    ByteString path = file.isPathOfDigest() ? null : file.path();
    if (digest != null) {
      useObject(digest, 1, file.isPathOfDigest() ? 1 : 0);
    }
    if (path != null) {
      Digest named = Digest.ofObjectPath(path.toByteArray());
      if (named != null) {
        useObject(named, 0, 1);
      }
    }
  }

  private void useObject(Digest digest, int metacopies, int redirects) {
    ObjectUses uses = objects.get(digest);
    if (uses == null) {
      boolean usual = metacopies == 1 && redirects == 1;
      objects.put(digest, usual ? ObjectUses.ONCE : new ObjectUses(metacopies, redirects));
    } else if (uses == ObjectUses.ONCE) {
      objects.put(digest, new ObjectUses(1 + metacopies, 1 + redirects));
    } else {
      uses.metacopies += metacopies;
      uses.redirects += redirects;
    }
  }

  /** What tells overlayfs that a file's content is elsewhere, and its digest if it is known. */
  XattrEntry metacopy(ExternalFile file) {
    Digest digest = file.digest();
    if (digest == null) {
      return unknownDigest;
    }
    ObjectUses uses = objects.get(digest);
    return uses != null && uses.metacopy != null ? uses.metacopy : metacopy.setMetacopy(digest);
  }

  /** What tells overlayfs where a file's content is; null when the tree does not say. */
  @Nullable XattrEntry redirect(ExternalFile file) {
    Digest named = file.digest();
    if (!file.isPathOfDigest()) {
      ByteString path = file.path();
      if (path == null) {
        return null;
      }
      named = Digest.ofObjectPath(path.toByteArray());
      if (named == null) {
        return pair(OverlayKeys.REDIRECT, SLASH.concat(path));
      }
    }
    ObjectUses uses = named == null ? null : objects.get(named);
    return uses != null && uses.redirect != null ? uses.redirect : redirect.setRedirect(file);
  }

  /** Ends counting: all pairs that more than one inode has, in no order. */
  List<XattrPair> shared() {
    List<XattrPair> shared = new ArrayList<>();
    for (Map.Entry<Digest, ObjectUses> object : objects.entrySet()) {
      ObjectUses uses = object.getValue();
      if (uses.metacopies > 1) {
        uses.metacopy = pair(OverlayKeys.METACOPY, metacopy.setMetacopy(object.getKey()).value());
        shared.add(uses.metacopy);
      }
      if (uses.redirects > 1) {
        ByteString path = ByteString.utf8(object.getKey().objectPath());
        uses.redirect = pair(OverlayKeys.REDIRECT, SLASH.concat(path));
        shared.add(uses.redirect);
      }
    }
    objects.values().removeIf(uses -> uses.metacopies < 2 && uses.redirects < 2);
    for (XattrPair pair : pairs.values()) {
      if (pair.isShared()) {
        shared.add(pair);
      }
    }
    return shared;
  }
}
