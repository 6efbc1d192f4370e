package dev.jcomposefs.cli.convert;

import dev.jcomposefs.format.descriptor.DescriptorWriter;
import dev.jcomposefs.format.dump.DumpWriter;
import dev.jcomposefs.format.erofs.ErofsVersion;
import dev.jcomposefs.format.erofs.ErofsWriter;
import dev.jcomposefs.format.tree.Tree;
import java.io.IOException;
import java.io.OutputStream;

/** What can be converted to. The names are those that {@code --to} takes. */
enum Target {
  EROFS_V0("erofs-v0"),
  EROFS_V1("erofs-v1"),
  EROFS_V2("erofs-v2"),
  DESCRIPTOR("descriptor"),
  DUMP("dump");

  private final String word;

  Target(String word) {
    this.word = word;
  }

  static Target of(ErofsVersion version) {
    return switch (version) {
      case V0 -> EROFS_V0;
      case V1 -> EROFS_V1;
      case V2 -> EROFS_V2;
    };
  }

  void write(Tree tree, OutputStream out) throws IOException {
    switch (this) {
      case EROFS_V0 -> ErofsWriter.write(tree, ErofsVersion.V0, out);
      case EROFS_V1 -> ErofsWriter.write(tree, ErofsVersion.V1, out);
      case EROFS_V2 -> ErofsWriter.write(tree, ErofsVersion.V2, out);
      case DESCRIPTOR -> DescriptorWriter.write(tree, null, out);
      case DUMP -> DumpWriter.write(tree, out);
    }
  }

  @Override
  public String toString() {
    return word;
  }
}
