package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedImagesTest {
  private final SharedImages images = new SharedImages();

  @TempDir Path directory;

  private ImageFile open(String name, String content) throws IOException {
    return ImageFile.open(Files.writeString(directory.resolve(name), content), null);
  }

  @Test
  void share_sameBytes_isOneCopyUntilTheLastIsReleased() throws IOException {
    ImageFile first = images.share(open("a", "content"));
    ImageFile duplicate = open("b", "content");

    ImageFile second = images.share(duplicate);

    assertThat(second).isSameAs(first);
    assertThat(duplicate.bytes().scope().isAlive()).isFalse();
    images.release(first);
    assertThat(first.bytes().scope().isAlive()).isTrue();
    images.release(second);
    assertThat(first.bytes().scope().isAlive()).isFalse();
  }

  @Test
  void share_otherBytesOfTheSameSize_isAnotherCopy() throws IOException {
    ImageFile first = images.share(open("a", "content"));
    ImageFile second = images.share(open("b", "contend"));

    assertThat(second).isNotSameAs(first);
    images.release(first);
    assertThat(second.bytes().scope().isAlive()).isTrue();
    images.release(second);
  }

  @Test
  void share_againAfterTheLastWasReleased_isReadAnew() throws IOException {
    images.release(images.share(open("a", "content")));

    ImageFile again = images.share(open("a", "content"));

    assertThat(again.bytes().scope().isAlive()).isTrue();
    images.release(again);
    assertThatThrownBy(() -> images.release(again)).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void open_fileWithTheSameBytes_isTheCopyThatIsHere() throws IOException {
    String large = "x".repeat(200_000);
    ImageFile first = images.open(Files.writeString(directory.resolve("a"), large), null);

    ImageFile second = images.open(Files.writeString(directory.resolve("b"), large), null);
    ImageFile other = images.open(Files.writeString(directory.resolve("c"), large + "y"), null);
    Files.writeString(directory.resolve("b"), "y" + large.substring(1));
    ImageFile changed = images.open(directory.resolve("b"), null);

    assertThat(second).isSameAs(first);
    assertThat(other).isNotSameAs(first);
    assertThat(changed).isNotSameAs(first);
    images.release(first);
    assertThat(first.bytes().scope().isAlive()).isTrue();
    images.release(second);
    assertThat(first.bytes().scope().isAlive()).isFalse();
    images.release(other);
    images.release(changed);
  }
}
