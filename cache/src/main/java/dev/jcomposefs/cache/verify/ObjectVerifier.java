package dev.jcomposefs.cache.verify;

import dev.jcomposefs.cache.store.ObjectException;
import dev.jcomposefs.cache.store.ObjectFile;
import dev.jcomposefs.cache.store.ObjectStore;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.format.image.Content;
import dev.jcomposefs.format.verity.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Opens the objects of one mount, and lets none through that its policy forbids. Thread-safe.
 *
 * <p>Borrows the store and the cache, which must stay open as long as it is used.
 */
public final class ObjectVerifier {
  private static final ByteString UNNAMED = ByteString.utf8("(none)");

  private final ObjectStore store;
  private final VerifyPolicy policy;
  private final VerificationCache cache;
  private final KernelVerity kernel;
  private final VerifyLedger ledger = new VerifyLedger();

  public ObjectVerifier(ObjectStore store, VerifyPolicy policy, VerificationCache cache) {
    this(store, policy, cache, KernelVerity.RUNNING);
  }

  ObjectVerifier(
      ObjectStore store, VerifyPolicy policy, VerificationCache cache, KernelVerity kernel) {
    this.store = store;
    this.policy = policy;
    this.cache = cache;
    this.kernel = kernel;
  }

  public VerifyCounts counts() {
    return ledger.counts();
  }

  /**
   * Opens an object and checks it. Where that is up to this process, the first open of an object
   * takes as long as reading and hashing it.
   *
   * @param content what the image says about it
   * @param file whose content it is; its {@code toString} goes into the events of failures
   * @throws ObjectException EIO if it is missing, of another size, wrong, unreadable, or must have
   *     a digest and the image gives none; EINTR if the thread is interrupted while it waits; or as
   *     {@link ObjectStore#open(ByteString)}
   */
  public VerifiedObject open(Content.Backed content, Object file) throws ObjectException {
    try {
      return open(store.open(pathOf(content)), content, file);
    } catch (ObjectException e) {
      ledger.failed(file, e);
      throw e;
    }
  }

  private static ByteString pathOf(Content.Backed content) throws ObjectException {
    ByteString path = content.path();
    if (path == null) {
      throw new ObjectException(UNNAMED, "the image names none for a file that needs one");
    }
    return path;
  }

  private VerifiedObject open(ObjectFile object, Content.Backed content, Object file)
      throws ObjectException {
    try {
      VerifiedObject verified = verify(object, content, file);
      ledger.opened(verified.engine());
      return verified;
    } catch (Throwable t) {
      object.close();
      throw t;
    }
  }

  private VerifiedObject verify(ObjectFile object, Content.Backed content, Object file)
      throws ObjectException {
    if (object.size() != content.size()) {
      throw object.error("found %d bytes, expected %d".formatted(object.size(), content.size()));
    }
    Digest expected = content.digest();
    if (policy == VerifyPolicy.NONE || (policy == VerifyPolicy.IF_PRESENT && expected == null)) {
      return verified(object, VerifyEngine.NONE, null, file);
    }
    if (expected == null) {
      throw object.error("the image gives no digest, and the mount requires one");
    }
    Digest measured = kernelDigest(object);
    // A file that the kernel protects with another algorithm has to be hashed like any other.
    if (measured != null && measured.algorithm() == expected.algorithm()) {
      if (!measured.equals(expected)) {
        throw object.error("digest is %s, expected %s".formatted(measured, expected));
      }
      return verified(object, VerifyEngine.KERNEL, null, file);
    }
    Proof proof =
        new Proof(
            cache.verify(object, expected, ledger),
            () -> cache.verifyAgain(object, expected, ledger));
    return verified(object, VerifyEngine.USER_SPACE, proof, file);
  }

  private @Nullable Digest kernelDigest(ObjectFile object) throws ObjectException {
    try {
      return kernel.measure(object);
    } catch (FsException e) {
      throw object.error("measure fs-verity: " + e.errno().text());
    }
  }

  private VerifiedObject verified(
      ObjectFile object, VerifyEngine engine, @Nullable Proof proof, Object file) {
    return new VerifiedObject(
        object,
        engine,
        proof,
        failure -> {
          ledger.failed(file, failure);
          if (proof != null) {
            cache.forget(object, proof.algorithm());
          }
        });
  }
}
