package dev.jcomposefs.cli.diff;

import dev.jcomposefs.cli.diff.TreeDifference.Change;
import dev.jcomposefs.cli.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What differs, for programs; the names are part of the interface. */
final class DiffJson {
  private DiffJson() {}

  /**
   * @param missing null if no store was named
   */
  static String of(TreeDifference difference, @Nullable MissingObjects missing) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    tree.put("added", difference.added());
    tree.put("removed", difference.removed());
    tree.put("changed", difference.changed().stream().map(DiffJson::tree).toList());
    tree.put("toFetch", missing == null ? null : tree(missing));
    return Json.pretty(tree);
  }

  private static Map<String, Object> tree(Change change) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("path", change.path());
    tree.put("content", change.content());
    tree.put("metadata", change.metadata());
    return tree;
  }

  private static Map<String, Object> tree(MissingObjects missing) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("objects", missing.objects());
    tree.put("bytes", missing.bytes());
    return tree;
  }
}
