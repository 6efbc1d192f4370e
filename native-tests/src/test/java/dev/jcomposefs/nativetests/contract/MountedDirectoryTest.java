package dev.jcomposefs.nativetests.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.format.error.Errno;
import dev.jcomposefs.format.error.FsException;
import dev.jcomposefs.format.image.ByteString;
import dev.jcomposefs.nativetests.fixture.FeatureTree;
import dev.jcomposefs.nativetests.posix.DirectoryEntry;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing directories and looking names up. */
@EnumSource(names = {"KERNEL", "JNR", "DEV", "DAEMON"})
class MountedDirectoryTest extends MountedTest {
  /** Holds one entry of the longest name. */
  private static final int SMALLEST_ROOM = 280;

  @ParameterizedTest
  @ValueSource(ints = {SMALLEST_ROOM, 1000, 4096, 1 << 20})
  void list_anyBuffer_givesEveryEntryOnce(int room) throws Exception {
    List<DirectoryEntry> entries = listing("many", room);

    assertThat(entries).hasSize(FeatureTree.MANY + 2);
    assertThat(names(entries)).doesNotHaveDuplicates().contains(utf8("."), utf8(".."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "names", "empty", "many", "directory-of-4096", "directory-of-2048", "deep"})
  void list_directory_agreesWithStat(String directory) throws Exception {
    for (DirectoryEntry entry : listing(directory, 1 << 16)) {
      if (directory.isEmpty() && entry.name().equals(utf8(".."))) {
        continue; // leads out of the mount
      }
      var stat = Posix.stat(Posix.child(found(directory), entry.name()));
      assertThat(entry.inode()).describedAs("%s", entry.name()).isEqualTo(stat.inode());
      assertThat(entry.type()).describedAs("%s", entry.name()).isEqualTo(stat.type().direntType());
    }
  }

  @Test
  void list_emptyDirectory_hasItselfAndItsParent() throws Exception {
    assertThat(names(listing("empty", 4096))).containsExactlyInAnyOrder(utf8("."), utf8(".."));
  }

  @Test
  void list_root_hidesTheMarkersOfTheImage() throws Exception {
    List<ByteString> names = names(listing("", 4096));

    assertThat(names).contains(utf8("a0"), utf8("ff"));
    assertThat(names.stream().filter(name -> name.length() == 2).map(ByteString::toString))
        .containsExactlyInAnyOrder("a0", "ff", "..");
    assertMissing(found("00"));
    assertMissing(found("5a"));
  }

  @Test
  void seek_toAnyEntry_goesOnBehindIt() throws Exception {
    try (OpenFile directory = OpenFile.open(found("many"), OpenFile.READ_ONLY)) {
      List<DirectoryEntry> all = remaining(directory, 4096);
      for (int i = 0; i < all.size(); i += 7) {
        directory.seek(all.get(i).next());
        List<DirectoryEntry> behind = directory.entries(SMALLEST_ROOM);
        assertThat(behind)
            .describedAs("after entry %d", i)
            .isEqualTo(all.subList(i + 1, i + 1 + behind.size()));
        assertThat(behind.isEmpty()).isEqualTo(i + 1 == all.size());
      }
    }
  }

  @Test
  void seek_toTheStart_givesEverythingAgain() throws Exception {
    try (OpenFile directory = OpenFile.open(found("many"), OpenFile.READ_ONLY)) {
      List<DirectoryEntry> first = remaining(directory, 4096);
      directory.seek(0);
      assertThat(remaining(directory, 1000)).isEqualTo(first);
    }
  }

  @Test
  void position_afterListing_isWhereTheLastEntrySays() throws Exception {
    try (OpenFile directory = OpenFile.open(found("names"), OpenFile.READ_ONLY)) {
      List<DirectoryEntry> some = directory.entries(1000);
      assertThat(directory.position()).isEqualTo(some.getLast().next());
    }
  }

  @Test
  void list_twoHandlesAtOnce_doNotDisturbEachOther() throws Exception {
    List<DirectoryEntry> expected = listing("many", 1 << 16);
    List<DirectoryEntry> one = new ArrayList<>();
    List<DirectoryEntry> two = new ArrayList<>();
    try (OpenFile a = OpenFile.open(found("many"), OpenFile.READ_ONLY);
        OpenFile b = OpenFile.open(found("many"), OpenFile.READ_ONLY)) {
      List<DirectoryEntry> fromA = a.entries(700);
      List<DirectoryEntry> fromB = b.entries(3000);
      while (!fromA.isEmpty() || !fromB.isEmpty()) {
        one.addAll(fromA);
        two.addAll(fromB);
        fromA = a.entries(700);
        fromB = b.entries(3000);
      }
    }
    assertThat(one).isEqualTo(expected);
    assertThat(two).isEqualTo(expected);
  }

  @Test
  void stat_missingName_isNotThereHoweverOftenAsked() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertMissing(found("missing"));
      assertMissing(found("many/entry-3000"));
      assertMissing(found("many/entry"));
      assertMissing(found("names/\u00ff"));
      assertMissing(found("empty/x/y"));
    }
  }

  @Test
  void stat_nameBelowAFile_saysThatItIsNoDirectory() {
    assertFails(found("ff/x"), Errno.ENOTDIR);
    assertFails(found("sizes/65/x"), Errno.ENOTDIR);
  }

  @Test
  void stat_nameOfMoreThan255Bytes_isTooLong() {
    assertFails(found("x".repeat(256)), Errno.ENAMETOOLONG);
  }

  @Test
  void stat_inodes_differBetweenFiles() throws Exception {
    Set<Long> seen = new HashSet<>();
    for (DirectoryEntry entry : Posix.list(found("many"))) {
      assertThat(seen.add(entry.inode())).describedAs("%s", entry.name()).isTrue();
    }
  }

  private static void assertMissing(ByteString path) {
    assertFails(path, Errno.ENOENT);
  }

  private static void assertFails(ByteString path, Errno expected) {
    assertThatThrownBy(() -> Posix.stat(path))
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(expected));
  }

  private List<DirectoryEntry> listing(String directory, int room) throws FsException {
    try (OpenFile open = OpenFile.open(found(directory), OpenFile.READ_ONLY)) {
      return remaining(open, room);
    }
  }

  private static List<DirectoryEntry> remaining(OpenFile directory, int room) throws FsException {
    List<DirectoryEntry> all = new ArrayList<>();
    List<DirectoryEntry> some = directory.entries(room);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = directory.entries(room);
    }
    return all;
  }

  private static List<ByteString> names(List<DirectoryEntry> entries) {
    return entries.stream().map(DirectoryEntry::name).toList();
  }

  private static ByteString utf8(String name) {
    return ByteString.utf8(name);
  }
}
