package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.store.ObjectStore;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A base directory with objects, and what an image would say about them. */
record TestStore(Path base, ObjectStore store) implements AutoCloseable {

  static TestStore in(Path base) throws IOException {
    return new TestStore(base, ObjectStore.open(List.of(base)));
  }

  /** Byte i is i mod 251, as in the vectors. */
  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return bytes;
  }

  static Digest digest(byte[] content) {
    return VerityHasher.digest(HashAlgorithm.SHA256, content);
  }

  Content.Backed add(String name, byte[] content) throws IOException {
    Files.write(base.resolve(name), content);
    return new Content.Backed(ByteString.utf8(name), content.length, digest(content));
  }

  Path path(Content.Backed content) {
    return base.resolve(String.valueOf(content.path()));
  }

  /** Changes one byte in place. */
  void flip(Content.Backed content, long position) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path(content).toFile(), "rw")) {
      file.seek(position);
      int old = file.read();
      file.seek(position);
      file.write(old ^ 1);
    }
  }

  void resize(Content.Backed content, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path(content).toFile(), "rw")) {
      file.setLength(size);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
