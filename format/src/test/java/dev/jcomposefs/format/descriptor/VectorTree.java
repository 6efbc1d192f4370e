package dev.jcomposefs.format.descriptor;

import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.FileType;
import dev.jcomposefs.format.tree.Device;
import dev.jcomposefs.format.tree.Directory;
import dev.jcomposefs.format.tree.EmptyFile;
import dev.jcomposefs.format.tree.Entry;
import dev.jcomposefs.format.tree.ExternalFile;
import dev.jcomposefs.format.tree.Fifo;
import dev.jcomposefs.format.tree.Metadata;
import dev.jcomposefs.format.tree.Node;
import dev.jcomposefs.format.tree.Socket;
import dev.jcomposefs.format.tree.Symlink;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.tree.TreeBuilder;
import dev.jcomposefs.format.tree.Xattrs;
import dev.jcomposefs.format.verity.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the dumps of the vectors, which say more than the dump format has room for: sizes of
 * symbolic links, digests of empty files. Trusts its input.
 */
final class VectorTree {
  private VectorTree() {}

  static Tree read(byte[] dump) throws IOException {
    TreeBuilder builder = null;
    Map<ByteString, Entry> entries = new HashMap<>();
    for (String line : new String(dump, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      String[] field = line.split(" ", -1);
      ByteString path = unescape(field[0]);
      if (builder == null) {
        Directory root = (Directory) node(field);
        builder = new TreeBuilder(root);
        entries.put(ByteString.EMPTY, root);
        continue;
      }
      int slash = lastSlash(path);
      Entry parent = Objects.requireNonNull(entries.get(path.substring(0, slash)), line);
      ByteString name = path.substring(slash + 1);
      if (field[2].startsWith("@")) {
        var link = builder.link((Directory) parent, name);
        link.to(Objects.requireNonNull(entries.get(unescape(field[8])), line));
        entries.put(path, link);
      } else {
        entries.put(path, builder.add((Directory) parent, name, node(field)));
      }
    }
    return Objects.requireNonNull(builder).build();
  }

  private static Node node(String[] field) {
    int mode = Integer.parseInt(field[2], 8);
    long size = Long.parseLong(field[1]);
    int dot = field[7].indexOf('.');
    Xattrs.Builder xattrs = new Xattrs.Builder();
    for (int i = 11; i < field.length; i++) {
      int equals = field[i].indexOf('=');
      xattrs.put(unescape(field[i].substring(0, equals)), unescape(field[i].substring(equals + 1)));
    }
    Metadata metadata =
        new Metadata(
            mode,
            0,
            Integer.parseUnsignedInt(field[4]),
            Integer.parseUnsignedInt(field[5]),
            size,
            Long.parseLong(field[7].substring(0, dot)),
            Integer.parseInt(field[7].substring(dot + 1)),
            xattrs.build());
    ByteString payload = field[8].equals("-") ? null : unescape(field[8]);
    Digest digest = field[10].equals("-") ? null : Digest.parse(field[10]);
    return switch (Objects.requireNonNull(FileType.ofMode(mode))) {
      case DIRECTORY -> new Directory(metadata);
      case REGULAR ->
          size == 0 ? new EmptyFile(metadata, digest) : new ExternalFile(metadata, payload, digest);
      case SYMLINK -> new Symlink(metadata, Objects.requireNonNull(payload));
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          new Device(metadata, Integer.parseUnsignedInt(field[6]));
      case FIFO -> new Fifo(metadata);
      case SOCKET -> new Socket(metadata);
    };
  }

  private static int lastSlash(ByteString path) {
    int at = path.length() - 1;
    while (path.at(at) != '/') {
      at--;
    }
    return at;
  }

  private static ByteString unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\') {
        c = field.charAt(++i);
        switch (c) {
          case 'n' -> c = '\n';
          case 'r' -> c = '\r';
          case 't' -> c = '\t';
          case 'x' -> {
            c = (char) Integer.parseInt(field.substring(i + 1, i + 3), 16);
            i += 2;
          }
          default -> {}
        }
      }
      bytes.write(c);
    }
    return ByteString.copyOf(bytes.toByteArray());
  }
}
