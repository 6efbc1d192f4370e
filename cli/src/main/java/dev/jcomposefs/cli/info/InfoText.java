package dev.jcomposefs.cli.info;

import dev.jcomposefs.cli.info.ImageInfo.InodeCounts;
import dev.jcomposefs.cli.info.ImageInfo.SuperblockInfo;
import dev.jcomposefs.cli.terminal.Printable;
import java.time.Instant;

/** The facts about an image for people, one per line; what an image has none of is left out. */
final class InfoText {
  private final StringBuilder text = new StringBuilder();

  private InfoText() {}

  static String of(ImageInfo info) {
    InfoText all = new InfoText();
    all.text.append(Printable.of(info.image())).append('\n');
    SuperblockInfo superblock = info.superblock();
    if (superblock != null) {
      all.fact("format", "EROFS, composefs version " + superblock.formatVersion());
      all.fact(
          "superblock",
          "root nid %d, %,d inodes, %,d blocks, built %s"
              .formatted(
                  superblock.rootNid(),
                  superblock.inodes(),
                  superblock.blocks(),
                  Instant.ofEpochSecond(superblock.buildTime())));
    }
    all.fact("digest", info.digest());
    all.count("image bytes", info.imageBytes());
    all.inodes(info.inodes());
    all.fact("names", "%,d".formatted(info.names()));
    all.fact(
        "content",
        "%,d bytes in regular files; %,d files inline"
            .formatted(info.contentBytes(), info.inlineFiles()));
    all.fact("objects", "%,d, %,d bytes".formatted(info.objects(), info.objectBytes()));
    all.count("without digest", info.unverifiableFiles());
    all.fact("xattrs", (info.hasXattrs() ? "yes" : "no") + (info.hasAcls() ? ", with ACLs" : ""));
    return all.text.toString();
  }

  private void inodes(InodeCounts inodes) {
    count("directories", inodes.directories());
    count("regular files", inodes.regularFiles());
    count("symlinks", inodes.symlinks());
    count("char devices", inodes.characterDevices());
    count("block devices", inodes.blockDevices());
    count("fifos", inodes.fifos());
    count("sockets", inodes.sockets());
  }

  private void count(String name, long count) {
    if (count != 0) {
      fact(name, "%,d".formatted(count));
    }
  }

  private void fact(String name, String value) {
    text.append("  %-14s %s%n".formatted(name, value));
  }
}
