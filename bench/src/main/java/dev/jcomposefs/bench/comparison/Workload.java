package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Something done to a tree and timed.
 *
 * @param name for the report
 * @param kind the image that it is done to
 * @param start what the kernel has in its caches when it begins
 * @param calls how many calls it consists of, each of which is a request of its own where a server
 *     is asked; 0 for another kind of workload
 * @param body does it
 */
record Workload(String name, Corpus.Kind kind, Start start, int calls, Body body) {
  /** What the kernel has in its caches. */
  enum Start {
    /** What the same workload left there. */
    WARM,
    /** Nothing. */
    COLD
  }

  /** Does it once. */
  interface Body {
    /**
     * @param root of the tree
     * @return how long it took
     */
    Duration run(Corpus corpus, Path root) throws IOException;
  }

  private static final String FIND = "find \"$1\" -size +1c > /dev/null";
  private static final String LIST = "ls -lR \"$1\" > /dev/null";
  private static final String SMALL = "cd \"$1\" && xargs -d '\\n' -a \"$2\" cat > /dev/null";
  private static final String LARGE = "dd if=\"$1/" + Corpus.large() + "\" of=/dev/null bs=1M";

  static List<Workload> all() {
    return List.of(
        shell("find", Corpus.Kind.PLAIN, Start.COLD, FIND),
        shell("find", Corpus.Kind.PLAIN, Start.WARM, FIND),
        shell("ls -lR", Corpus.Kind.PLAIN, Start.COLD, LIST),
        shell("ls -lR", Corpus.Kind.PLAIN, Start.WARM, LIST),
        shell("ls -lR, labelled", Corpus.Kind.LABELLED, Start.COLD, LIST),
        shell("ls -lR, labelled", Corpus.Kind.LABELLED, Start.WARM, LIST),
        shell("20,000 small files", Corpus.Kind.PLAIN, Start.COLD, SMALL),
        shell("20,000 small files", Corpus.Kind.PLAIN, Start.WARM, SMALL),
        shell("1 GiB in sequence", Corpus.Kind.PLAIN, Start.COLD, LARGE),
        shell("1 GiB in sequence", Corpus.Kind.PLAIN, Start.WARM, LARGE),
        new Workload(
            "100,000 random reads of 4 KiB",
            Corpus.Kind.PLAIN,
            Start.WARM,
            0,
            (corpus, root) -> LargeFile.randomReads(root.resolve(Corpus.large()), 100_000)),
        new Workload(
            "1 GiB mapped",
            Corpus.Kind.PLAIN,
            Start.WARM,
            0,
            (corpus, root) -> LargeFile.mapped(root.resolve(Corpus.large()))),
        shell("2 find at once", Corpus.Kind.PLAIN, Start.COLD, atOnce(FIND)),
        shell("2 readers of small files at once", Corpus.Kind.PLAIN, Start.COLD, atOnce(SMALL)),
        shell("2 readers of 1 GiB at once", Corpus.Kind.PLAIN, Start.WARM, atOnce(LARGE)),
        new Workload(
            "statfs",
            Corpus.Kind.PLAIN,
            Start.WARM,
            RoundTrips.COUNT,
            (corpus, root) -> RoundTrips.statfs(root)),
        new Workload(
            "getxattr, labelled",
            Corpus.Kind.LABELLED,
            Start.WARM,
            RoundTrips.COUNT,
            (corpus, root) -> RoundTrips.getxattr(root)));
  }

  private static Workload shell(String name, Corpus.Kind kind, Start start, String script) {
    return new Workload(
        name, kind, start, 0, (corpus, root) -> Shell.run(script, root, corpus.smallFiles()));
  }

  private static String atOnce(String script) {
    return "(" + script + ") & (" + script + ") & wait";
  }
}
