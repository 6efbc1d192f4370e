package dev.jcomposefs.fuse.fs;

import dev.jcomposefs.cache.store.ObjectStore;
import dev.jcomposefs.cache.verify.ObjectVerifier;
import dev.jcomposefs.cache.verify.VerificationCache;
import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.format.verity.HashAlgorithm;
import dev.jcomposefs.format.verity.VerityHasher;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A base directory with real objects in it, for tests. */
public final class FixtureObjects implements AutoCloseable {
  private final Path directory;
  private final ObjectStore store;
  private final VerificationCache cache = new VerificationCache(1 << 20, 1);

  public FixtureObjects(Path directory) throws FsException {
    this.directory = directory;
    this.store = ObjectStore.open(List.of(directory));
  }

  public ObjectVerifier verifier(VerifyPolicy policy) {
    return new ObjectVerifier(store, policy, cache);
  }

  /** Puts an object in its place, and a file with its content into the image. */
  public Path add(FixtureImage image, FixtureImage.Node parent, String name, byte[] content)
      throws IOException {
    Digest digest = digest(content);
    Path object = directory.resolve(digest.objectPath());
    Files.createDirectories(object.getParent());
    Files.write(object, content);
    image.backed(parent, name, digest.objectPath(), content.length, digest);
    return object;
  }

  public static Digest digest(byte[] content) {
    VerityHasher hasher = new VerityHasher(HashAlgorithm.SHA256);
    hasher.update(MemorySegment.ofArray(content));
    return hasher.digest();
  }

  @Override
  public void close() {
    cache.close();
    store.close();
  }
}
