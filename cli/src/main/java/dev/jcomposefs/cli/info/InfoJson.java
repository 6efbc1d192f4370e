package dev.jcomposefs.cli.info;

import dev.jcomposefs.cli.info.ImageInfo.InodeCounts;
import dev.jcomposefs.cli.info.ImageInfo.SuperblockInfo;
import dev.jcomposefs.cli.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The facts about an image for programs; the names are part of the interface. */
final class InfoJson {
  private InfoJson() {}

  static String of(ImageInfo info) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("image", info.image());
    tree.put("imageBytes", info.imageBytes());
    tree.put("digest", info.digest());
    tree.put("superblock", info.superblock() == null ? null : tree(info.superblock()));
    tree.put("inodes", tree(info.inodes()));
    tree.put("names", info.names());
    tree.put("contentBytes", info.contentBytes());
    tree.put("inlineFiles", info.inlineFiles());
    tree.put("unverifiableFiles", info.unverifiableFiles());
    tree.put("objects", info.objects());
    tree.put("objectBytes", info.objectBytes());
    tree.put("hasXattrs", info.hasXattrs());
    tree.put("hasAcls", info.hasAcls());
    return Json.pretty(tree);
  }

  private static Map<String, Object> tree(SuperblockInfo superblock) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("formatVersion", superblock.formatVersion());
    tree.put("rootNid", superblock.rootNid());
    tree.put("inodes", superblock.inodes());
    tree.put("blocks", superblock.blocks());
    tree.put("buildTime", superblock.buildTime());
    return tree;
  }

  private static Map<String, Object> tree(InodeCounts inodes) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("directories", inodes.directories());
    tree.put("regularFiles", inodes.regularFiles());
    tree.put("symlinks", inodes.symlinks());
    tree.put("characterDevices", inodes.characterDevices());
    tree.put("blockDevices", inodes.blockDevices());
    tree.put("fifos", inodes.fifos());
    tree.put("sockets", inodes.sockets());
    return tree;
  }
}
