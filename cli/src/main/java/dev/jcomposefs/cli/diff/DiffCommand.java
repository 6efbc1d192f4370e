package dev.jcomposefs.cli.diff;

import dev.jcomposefs.cli.diff.TreeDifference.Change;
import dev.jcomposefs.cli.source.TreeSource;
import dev.jcomposefs.cli.terminal.JcfsCommand;
import dev.jcomposefs.format.tree.Tree;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jcfs diff}. */
@Command(
    name = "diff",
    description = {
      "Show what differs between two images or dumps.",
      "A line for each path: '+' was added, '-' removed, 'C' has another content, 'M' other"
          + " metadata only; behind a tab stands what of the metadata differs."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  jcfs diff old.img new.img", "  jcfs diff --json --store objects old.dump new.img"})
public final class DiffCommand extends JcfsCommand {
  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Also show what the second still needs that this object store does not have.")
  private @Nullable Path store;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(index = "0", paramLabel = "A", description = "An image or a dump.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another one.")
  private Path second;

  @Override
  public Integer call() throws IOException {
    Tree after = TreeSource.read(second).tree();
    TreeDifference difference = TreeDifference.of(TreeSource.read(first).tree(), after);
    MissingObjects missing = store == null ? null : MissingObjects.of(after, store);
    PrintWriter out = out();
    if (json) {
      out.println(DiffJson.of(difference, missing));
    } else {
      print(difference, missing, out);
    }
    out.flush();
    return 0;
  }

  private static void print(
      TreeDifference difference, @Nullable MissingObjects missing, PrintWriter out) {
    difference.removed().forEach(path -> out.println("- " + path));
    difference.added().forEach(path -> out.println("+ " + path));
    long contents = 0;
    for (Change change : difference.changed()) {
      contents += change.content() ? 1 : 0;
      out.print((change.content() ? "C " : "M ") + change.path());
      out.println(change.metadata().isEmpty() ? "" : "\t" + String.join(" ", change.metadata()));
    }
    List<String> summary = new ArrayList<>();
    summary.add("%d added".formatted(difference.added().size()));
    summary.add("%d removed".formatted(difference.removed().size()));
    summary.add(
        "%d changed, %d of them in content".formatted(difference.changed().size(), contents));
    out.println(String.join(", ", summary));
    if (missing != null) {
      out.println("to fetch: %d objects, %d bytes".formatted(missing.objects(), missing.bytes()));
    }
  }
}
