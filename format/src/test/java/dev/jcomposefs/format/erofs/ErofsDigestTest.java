package dev.jcomposefs.format.erofs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jcomposefs.format.Vectors;
import dev.jcomposefs.format.dump.DumpMode;
import dev.jcomposefs.format.dump.DumpReader;
import dev.jcomposefs.format.tree.Tree;
import dev.jcomposefs.format.verity.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Digests of images that must never change: repositories and boot entries refer to them. Most are
 * pinned in the tests of the Rust implementation, 0.9.0; the others come from a model of it.
 */
class ErofsDigestTest {
  @ParameterizedTest
  @CsvSource({
    // Pinned in the Rust implementation.
    "empty, V0, 8f589e8f57ecb88823736b0d857ddca1e1068a23e264fad164b28f7038eb3682",
    "empty, V1, 14a26c957c84f6eb774b91205476adc13196c7c33b9dd97d08d43725ecb90b63",
    "empty, V2, 086b702a519b57d6ef5aea6f8b3f2be24355cd1fb835cd80fb4e3d388b24d5a5",
    "simple, V0, 9f3f5620ee0c54708516467d0d58741e7963047c7106b245d94c298259d0fa01",
    "simple, V1, ad6db6427568a1e4fdc772cbab7b6063f5eb4b33cb62982a740ba9213e5962b5",
    "simple, V2, a8fcd41f8b313bede69f462f2af0a38d64b99a6333f5df884ea9ab4037fac722",
    "special_v1, V1, b1c78c25db8638be5b9b483472d32ee9624d8d32ded626a91cd536116e8df97c",
    // From the model.
    "special_v1, V0, ca8f91c7a310308bb5737cf1ab1d06395f83a2d9266423bfe5fe2b5f2c4e4218",
    "special_v1, V2, 1fdf4ddd0a17123449feb902b32594f30fa121b81735c4540db0d556c9af8c8c",
    "mixed, V0, cdaeeffc77ec6c9d19503382cee96389f8f9e238a6a672f9285033f55ee1a41f",
    // Not what the model has: a directory with a whiteout that is marked opaque already keeps both
    // marks there. One key twice is no valid image; the C tool replaces the mark, and so do we.
    "mixed, V1, aa6df1eeb27efa6315190c1d221bf3a5248ddbf1d9c7edd8b27fc7d0ebeb1f6e",
    "mixed, V2, 7b49b1cddaf9510ea2cf3a1a04250669cec8dc126cbef70a8d52a90291ac3bb3",
    "dir500, V0, 6f6f99dcecacbec3cc277c19dec4e9479802d2fecd1f61926a564f66120caffc",
    "dir500, V1, 3cec113248f03b4a15be6d09ec608bee4fbb9156411cfbc414d5c10b539fd550",
    "dir500, V2, 83a16e602e984611c0e49e5cf046de81608075772750fe77252424f90e388864",
    "links200, V0, 4d71580f86e3f496b7d335f0867a6b5979fa470f10052280561c7922ebcae637",
    "links200, V1, 72abd8fe4b6591ee556fa15fcbf39bc5cf67df3308334854090efba31d62cbea",
    "links200, V2, 625d7786a662fe049aa6e5661e467f1bc6384c09d6ab333217f73a918d974171",
    "inline256, V0, b33544e6b8785f17cc7ae631949f5d5193b9d72c172e612c90e4139ebee3cb04",
    "inline256, V1, e6448014f83a191d83932fa8bfacb234c436f2427a35a3052444e904ad27f3d7",
    "inline256, V2, 48f31b32111939b1db80292e7de512235d03c2183f1f510ce70ef74e15b57651",
  })
  void measure_sha256_isThePinnedDigest(String name, ErofsVersion version, String expected)
      throws IOException {
    assertThat(ErofsWriter.measure(read(name), version, HashAlgorithm.SHA256))
        .hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "empty, V0, ae399f4c2c5c1fed2238affa1ca9240f064dac53117d6eb67ee3c81f44d7456064a7443925b1d6ab309b694d2ae6808e2afebb96202fc5025f13bb00f3f138e2",
    "empty, V1, ee192e5a91c70428c8f2ca7abf8274b695494c70a9ffb277598ffbacf46e2cebd7de172c6d44a84c20f3f13cc97e7691ccce4974937fe866c2f6c83ddccd3f72",
    "empty, V2, 334472adb2a093bfb4d9bd138d921d76025387ac67813945a297a6391a20518d93efe5cd374cd7584a25c4df83dbfc1e3d4b5b3838ecc50e441d944ca0c11cf7",
    // Pinned in the Rust implementation.
    "layer, V1, d06f1f6a73f62ed48e05ce9442ff045cdf2a9f5ba1ec623795de3d6177a253d91076459795d94f55d8c3d71dab458bb3fc0071255a50c0a4896d86ffdc870b9a",
    "layer, V2, f7684c21050615c02cec250e0c7d4118fb0ff6340af5039e06f2f372a7614fff25dfd38cf7f28ad67d8b86e86371b7deafa9ae4bf543630322aee6196417de92",
  })
  void measure_sha512_isThePinnedDigest(String name, ErofsVersion version, String expected)
      throws IOException {
    assertThat(ErofsWriter.measure(read(name), version, HashAlgorithm.SHA512))
        .hasToString(expected);
  }

  @Test
  void write_version2_laysInodesOutAsTheRustWriterDoes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ErofsWriter.write(read("simple"), ErofsVersion.V2, HashAlgorithm.SHA256, out);
    ByteBuffer image = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(image.capacity()).isEqualTo(4096);
    assertThat(image.getLong(1024 + SuperblockLayout.INODES_COUNT_AT)).isEqualTo(8);
    assertThat(image.getLong(36 * 32 + ExtendedInodeLayout.SIZE_AT)).isEqualTo(170);
    int external = 50 * 32;
    assertThat(image.getShort(external + InodeLayout.XATTR_COUNT_AT)).isEqualTo((short) 37);
    assertThat(image.getInt(external + InodeLayout.DATA_AT)).isEqualTo(31);
    assertThat(image.getInt(external + InodeLayout.INO_AT)).isEqualTo(50);
    assertThat(image.getInt(external + ExtendedInodeLayout.SIZE)).isEqualTo(2147352575);
    assertThat(image.getInt(external + 0xdc)).isEqualTo(InodeLayout.CHUNK_NULL);
  }

  private static Tree read(String name) throws IOException {
    byte[] dump = Vectors.bytes("digests/" + name + ".dump");
    return DumpReader.read(new ByteArrayInputStream(dump), name, DumpMode.COMPATIBLE);
  }
}
