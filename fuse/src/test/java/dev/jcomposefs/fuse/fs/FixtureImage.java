package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.image.DirentSink;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.image.MetadataImage;
import dev.jcomposefs.format.image.XattrSink;
import dev.jcomposefs.format.verity.Digest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An image in memory, for tests of what stands above one. The root has inode 36, as in an EROFS
 * image; the others count up from there.
 */
public final class FixtureImage implements MetadataImage {
  private static final long ROOT = 36;

  /** What happens when content is asked for. */
  @FunctionalInterface
  public interface Hook {
    void run() throws FsException;
  }

  /** An inode under construction. */
  public static final class Node {
    private final long id;
    private final FileType type;
    private int permissions;
    private int nlink = 1;
    private int uid;
    private int gid;
    private int rdev;
    private long size;
    private long seconds;
    private int nanos;
    private @Nullable Content content;
    private Hook hook = () -> {};
    private ByteString target = ByteString.EMPTY;
    private final TreeMap<ByteString, Long> entries = new TreeMap<>();
    private final Map<ByteString, MemorySegment> xattrs = new HashMap<>();

    private Node(long id, FileType type) {
      this.id = id;
      this.type = type;
      this.permissions = type == FileType.DIRECTORY ? 0755 : 0644;
    }

    public long id() {
      return id;
    }

    public Node permissions(int mode) {
      permissions = mode;
      return this;
    }

    public Node links(int count) {
      nlink = count;
      return this;
    }

    public Node owner(int uid, int gid) {
      this.uid = uid;
      this.gid = gid;
      return this;
    }

    public Node device(int rdev) {
      this.rdev = rdev;
      return this;
    }

    public Node size(long bytes) {
      size = bytes;
      return this;
    }

    public Node modified(long seconds, int nanos) {
      this.seconds = seconds;
      this.nanos = nanos;
      return this;
    }

    public Node xattr(String key, String value) {
      xattrs.put(ByteString.utf8(key), ByteString.utf8(value).asSegment());
      return this;
    }

    /** Lets something happen whenever the content is asked for. */
    public Node whenAsked(Hook hook) {
      this.hook = hook;
      return this;
    }

    private Node content(Content content, long size) {
      this.content = content;
      this.size = size;
      return this;
    }
  }

  private final Map<Long, Node> nodes = new HashMap<>();
  private final List<Node> directories = new ArrayList<>();
  private long next = ROOT;

  public FixtureImage() {
    directory(null, ByteString.EMPTY);
  }

  public Node rootNode() {
    return directories.getFirst();
  }

  private Node node(long id) throws CorruptImageException {
    Node node = nodes.get(id);
    if (node == null) {
      throw new CorruptImageException(source(), id * 32, "no inode");
    }
    return node;
  }

  public Node add(@Nullable Node parent, ByteString name, FileType type) {
    Node node = new Node(next++, type);
    nodes.put(node.id, node);
    if (parent != null) {
      parent.entries.put(name, node.id);
    }
    return node;
  }

  public Node add(Node parent, String name, FileType type) {
    return add(parent, ByteString.utf8(name), type);
  }

  public Node directory(@Nullable Node parent, ByteString name) {
    Node directory = add(parent, name, FileType.DIRECTORY).links(2);
    directory.entries.put(ByteString.utf8("."), directory.id);
    directory.entries.put(ByteString.utf8(".."), parent == null ? directory.id : parent.id);
    directories.add(directory);
    return directory;
  }

  public Node directory(Node parent, String name) {
    return directory(parent, ByteString.utf8(name));
  }

  public Node inline(Node parent, String name, String content) {
    return inline(parent, ByteString.utf8(name), content);
  }

  public Node inline(Node parent, ByteString name, String content) {
    MemorySegment bytes = ByteString.utf8(content).asSegment();
    return add(parent, name, FileType.REGULAR).content(new Content.Inline(bytes), bytes.byteSize());
  }

  public Node backed(
      Node parent, String name, @Nullable String path, long size, @Nullable Digest digest) {
    ByteString object = path == null ? null : ByteString.utf8(path);
    return add(parent, name, FileType.REGULAR)
        .content(new Content.Backed(object, size, digest), size);
  }

  public Node symlink(Node parent, String name, ByteString target) {
    Node link = add(parent, name, FileType.SYMLINK).permissions(0777).size(target.length());
    link.target = target;
    return link;
  }

  /** A second name, or one that leads astray. */
  public void link(Node parent, String name, long inode) {
    parent.entries.put(ByteString.utf8(name), inode);
  }

  @Override
  public String source() {
    return "fixture";
  }

  @Override
  public long root() {
    return ROOT;
  }

  @Override
  public long sizeBytes() {
    return 5000;
  }

  @Override
  public long inodeCount() {
    return nodes.size();
  }

  @Override
  public void inode(long id, Inode into) throws CorruptImageException {
    Node n = node(id);
    into.set(
        id,
        n.type.bits() | n.permissions,
        n.nlink,
        n.uid,
        n.gid,
        n.rdev,
        n.size,
        n.seconds,
        n.nanos);
  }

  @Override
  public long lookup(long directory, MemorySegment names, long at, int length) throws FsException {
    Long found = entries(directory).get(ByteString.copyOf(names, at, length));
    return found == null ? NOT_FOUND : found;
  }

  private Map<ByteString, Long> entries(long directory) throws FsException {
    Node node = node(directory);
    if (node.type != FileType.DIRECTORY) {
      throw new FsException(Errno.ENOTDIR, "inode %d is no directory".formatted(directory));
    }
    return node.entries;
  }

  @Override
  public void list(long directory, long cookie, DirentSink sink) throws FsException {
    long position = 0;
    for (Map.Entry<ByteString, Long> entry : entries(directory).entrySet()) {
      position++;
      Node child = nodes.get(entry.getValue());
      ByteString name = entry.getKey();
      if (position > cookie
          && !sink.entry(
              position,
              entry.getValue(),
              child == null ? FileType.REGULAR : child.type,
              name.asSegment(),
              0,
              name.length())) {
        return;
      }
    }
  }

  @Override
  public ByteString readlink(long id) throws FsException {
    Node node = node(id);
    if (node.type != FileType.SYMLINK) {
      throw new FsException(Errno.EINVAL, "inode %d is no symbolic link".formatted(id));
    }
    return node.target;
  }

  @Override
  public Content content(long id) throws FsException {
    Node node = node(id);
    node.hook.run();
    if (node.content == null) {
      throw new FsException(
          node.type == FileType.DIRECTORY ? Errno.EISDIR : Errno.EINVAL,
          "inode %d is no regular file".formatted(id));
    }
    return node.content;
  }

  @Override
  public int xattr(
      long id, MemorySegment names, long at, int length, MemorySegment into, long intoAt, int room)
      throws CorruptImageException {
    MemorySegment value = node(id).xattrs.get(ByteString.copyOf(names, at, length));
    if (value == null) {
      return NOT_FOUND;
    }
    if (value.byteSize() <= room) {
      MemorySegment.copy(value, 0, into, intoAt, value.byteSize());
    }
    return (int) value.byteSize();
  }

  @Override
  public void xattrs(long id, XattrSink sink) throws CorruptImageException {
    node(id).xattrs.forEach(sink::xattr);
  }

  @Override
  public boolean hasXattrs() {
    return nodes.values().stream().anyMatch(node -> !node.xattrs.isEmpty());
  }

  @Override
  public boolean hasAcls() {
    return false;
  }
}
