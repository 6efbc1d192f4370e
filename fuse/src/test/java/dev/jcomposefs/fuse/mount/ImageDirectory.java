package dev.jcomposefs.fuse.mount;

import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.fuse.fs.FixtureObjects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real image file, the objects it needs, and an empty directory to mount it on. */
final class ImageDirectory {
  final Path image;
  final Path objects;
  final Path mountPoint;

  private final List<String> dump = new ArrayList<>();

  ImageDirectory(Path directory) throws IOException {
    image = directory.resolve("image.cfs");
    objects = Files.createDirectory(directory.resolve("objects"));
    mountPoint = Files.createDirectory(directory.resolve("mount")).toRealPath();
    dump.add("/ 4096 40755 2 0 0 0 1000.0 - - -");
  }

  /** Adds a line of dump text. */
  ImageDirectory line(String line) {
    dump.add(line);
    return this;
  }

  /** Adds a file whose content is in an object. */
  Path object(String path, byte[] content) throws IOException {
    Digest digest = FixtureObjects.digest(content);
    Path object = objects.resolve(digest.objectPath());
    Files.createDirectories(object.getParent());
    Files.write(object, content);
    line(
        "%s %d 100644 1 0 0 0 1000.0 %s - %s"
            .formatted(path, content.length, digest.objectPath(), digest));
    return object;
  }

  /** Writes the image and returns its digest. */
  Digest write() throws IOException {
    byte[] text = (String.join("\n", dump) + "\n").getBytes(StandardCharsets.UTF_8);
    Tree tree = DumpReader.read(new ByteArrayInputStream(text), "dump", DumpMode.STRICT);
    try (OutputStream out = Files.newOutputStream(image)) {
      return ErofsWriter.write(tree, ErofsVersion.V1, HashAlgorithm.SHA256, out);
    }
  }
}
