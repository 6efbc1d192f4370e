package dev.jcomposefs.format.verity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A hash that fs-verity knows. Numbers are the kernel's, Linux {@code
 * include/uapi/linux/fsverity.h}.
 */
public enum HashAlgorithm {
  SHA256(1, 32, "SHA-256"),
  SHA512(2, 64, "SHA-512");

  private final int number;
  private final int digestSize;
  private final String jcaName;

  HashAlgorithm(int number, int digestSize, String jcaName) {
    this.number = number;
    this.digestSize = digestSize;
    this.jcaName = jcaName;
  }

  /** The kernel's number for it. */
  public int number() {
    return number;
  }

  /** Bytes of one hash value: 32 or 64. */
  public int digestSize() {
    return digestSize;
  }

  MessageDigest newMessageDigest() {
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + jcaName, e);
    }
  }
}
