package dev.jcomposefs.format.descriptor;

import static java.util.Objects.requireNonNull;

import dev.jcomposefs.format.error.CorruptImageException;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.error.UnsupportedImageException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.image.ImageBytes;
import dev.jcomposefs.format.image.Inode;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.HardLink;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import dev.jcomposefs.format.tree.Xattrs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a tree of an image and checks all of it on the way. To be used once.
 *
 * <p>Which of the names of a file is the primary one shows in its index: the tools numbered all
 * entries breadth-first, hard links as well, so the primary name is the one whose turn it is. Where
 * that fits none of the names, the first one counts. So a tree that is written again gives the same
 * bytes.
 *
 * <p>References may overlap. A small image could thus mean a tree that no memory holds; an image of
 * which more is referred to than there is, is refused.
 */
final class TreeReader {
  private static final int UNREACHED = -1;

  /** A name that is not the primary one of the inode with that index. */
  private record Link(HardLink from, int index) {}

  /** Bytes of the image, by which things that are referred to twice are made once. */
  private record Range(long at, long length) {}

  private final ImageBytes bytes;
  private final InodeReader inodes;
  private final DirectoryReader directories;
  private final XattrReader xattrs;

  /** By index: the turn, counted breadth-first, at which the inode's primary name comes. */
  private final int[] turns;

  /** Indexes of the directories, breadth-first. */
  private final int[] queue;

  private int queued;

  private final Inode attributes = new Inode();
  private final Map<Range, ByteString> payloads = new HashMap<>();
  private final Map<Range, Xattrs> xattrSets = new HashMap<>();
  private long directoryBytes;
  private long itemBytes;

  TreeReader(
      ImageBytes bytes, InodeReader inodes, DirectoryReader directories, XattrReader xattrs) {
    this.bytes = bytes;
    this.inodes = inodes;
    this.directories = directories;
    this.xattrs = xattrs;
    this.turns = new int[inodes.count()];
    this.queue = new int[inodes.count()];
  }

  Tree read() throws FsException {
    findPrimaryNames();
    return build();
  }

  private void findPrimaryNames() throws FsException {
    Arrays.fill(turns, UNREACHED);
    turns[0] = 0;
    queued = 1; // the root, index 0
    int turn = 1;
    for (int i = 0; i < queued; i++) {
      DirectoryChunk chunk = directories.chunk(InodeReader.id(queue[i]));
      checkLength(chunk);
      for (long number = 0; number < chunk.count(); number++) {
        reach(chunk, number, turn);
        if (turn++ == Integer.MAX_VALUE) {
          throw new UnsupportedImageException(
              bytes.source(), "image has more than %d entries".formatted(Integer.MAX_VALUE));
        }
      }
    }
  }

  private void reach(DirectoryChunk chunk, long number, int turn) throws CorruptImageException {
    chunk.checkName(number);
    int index = indexOf(directories.target(chunk, number));
    if (chunk.type(number) == FileType.DIRECTORY) {
      if (turns[index] != UNREACHED) {
        throw bytes.corrupt(
            chunk.entryAt(number),
            "entry '%s' leads to directory %d again, expected only one to do so",
            chunk.name(number),
            InodeReader.id(index));
      }
      turns[index] = turn;
      queue[queued++] = index;
    } else if (index == turn || turns[index] == UNREACHED) {
      turns[index] = turn;
    }
  }

  /** Throws unless the chunk is as long as its entries and names need. */
  private void checkLength(DirectoryChunk chunk) throws CorruptImageException {
    if (chunk.count() == 0) {
      return;
    }
    long names = chunk.entryAt(chunk.count());
    long needed = names - chunk.entryAt(0) + DirectoryLayout.ENTRIES_AT;
    for (long number = 0; number < chunk.count(); number++) {
      needed += chunk.nameLength(number);
    }
    if (needed != chunk.length()) {
      throw bytes.corrupt(
          chunk.entryAt(0) - DirectoryLayout.ENTRIES_AT,
          "directory has %d bytes, expected %d for its entries and names",
          chunk.length(),
          needed);
    }
    directoryBytes += chunk.length();
    checkTotal(directoryBytes, chunk.entryAt(0) - DirectoryLayout.ENTRIES_AT);
  }

  private Tree build() throws FsException {
    @Nullable Node[] nodes = new @Nullable Node[inodes.count()];
    Directory root = new Directory(metadata(InodeReader.recordAt(0)));
    nodes[0] = root;
    TreeBuilder builder = new TreeBuilder(root);
    List<Link> links = new ArrayList<>();
    int turn = 1;
    for (int i = 0; i < queued; i++) {
      Directory parent = (Directory) requireNonNull(nodes[queue[i]]);
      DirectoryChunk chunk = directories.chunk(InodeReader.id(queue[i]));
      for (long number = 0; number < chunk.count(); number++, turn++) {
        int index = (int) chunk.index(number);
        if (turns[index] == turn) {
          nodes[index] = builder.add(parent, chunk.name(number), node(index));
        } else {
          links.add(new Link(builder.link(parent, chunk.name(number)), index));
        }
      }
    }
    for (Link link : links) {
      link.from().to(requireNonNull(nodes[link.index()]));
    }
    return builder.build();
  }

  private Node node(int index) throws CorruptImageException {
    long inode = InodeReader.recordAt(index);
    Metadata metadata = metadata(inode);
    return switch (inodes.type(inode)) {
      case DIRECTORY -> new Directory(metadata);
      case REGULAR ->
          metadata.size() == 0
              ? new EmptyFile(metadata, inodes.digest(inode))
              : new ExternalFile(metadata, payload(inode), inodes.digest(inode));
      case SYMLINK -> new Symlink(metadata, payload(inode));
      case CHARACTER_DEVICE, BLOCK_DEVICE -> new Device(metadata, inodes.rdev(inode));
      case FIFO -> new Fifo(metadata);
      case SOCKET -> new Socket(metadata);
    };
  }

  private Metadata metadata(long inode) throws CorruptImageException {
    inodes.decode(0, inode, attributes);
    return new Metadata(
        attributes.mode(),
        attributes.nlink(),
        attributes.uid(),
        attributes.gid(),
        attributes.size(),
        attributes.mtimeSeconds(),
        attributes.mtimeNanos(),
        xattrs(inode));
  }

  private ByteString payload(long inode) throws CorruptImageException {
    Range range = range(inode + InodeLayout.VARIABLE_DATA_AT);
    ByteString payload = payloads.get(range);
    if (payload == null) {
      takeItem(range);
      payload = inodes.payload(inode);
      payloads.put(range, payload);
    }
    return payload;
  }

  private Xattrs xattrs(long inode) throws CorruptImageException {
    if (inodes.length(inode + InodeLayout.XATTRS_AT) == 0) {
      return Xattrs.NONE;
    }
    Range range = range(inode + InodeLayout.XATTRS_AT);
    Xattrs set = xattrSets.get(range);
    if (set == null) {
      takeItem(range);
      set = readXattrs(inode, range);
      xattrSets.put(range, set);
    }
    return set;
  }

  private Xattrs readXattrs(long inode, Range range) throws CorruptImageException {
    Xattrs.Builder builder = new Xattrs.Builder();
    int[] count = new int[1];
    long used =
        xattrs.walk(
            inode,
            (key, value) -> {
              builder.put(key, ByteString.copyOf(value, 0, (int) value.byteSize()));
              count[0]++;
            });
    Xattrs set = builder.build();
    if (set.count() != count[0]) {
      throw bytes.corrupt(
          range.at(), "%d xattrs have %d keys, expected no key twice", count[0], set.count());
    }
    if (used != range.length()) {
      throw bytes.corrupt(range.at(), "xattrs have %d bytes, expected %d", range.length(), used);
    }
    return set;
  }

  private Range range(long reference) throws CorruptImageException {
    return new Range(inodes.start(reference), inodes.length(reference));
  }

  private void takeItem(Range range) throws CorruptImageException {
    itemBytes += range.length();
    checkTotal(itemBytes, range.at());
  }

  private void checkTotal(long total, long at) throws CorruptImageException {
    if (total > inodes.variableDataSize()) {
      throw bytes.corrupt(
          at,
          "more than the %d bytes of variable data are referred to, expected no overlaps",
          inodes.variableDataSize());
    }
  }

  private static int indexOf(long id) {
    return (int) (id - 1);
  }
}
