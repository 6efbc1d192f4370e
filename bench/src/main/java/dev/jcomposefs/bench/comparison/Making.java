package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Times the making of images beside {@code cp -a} and {@code mkfs.erofs}; {@code script/bench
 * --making} runs it.
 *
 * <p>Everything that is made stays until the end: inodes and blocks that were freed a moment ago
 * are slow to be had again, which would be charged to whoever comes next.
 */
@Command(name = "making", sortOptions = false, usageHelpAutoWidth = true)
public final class Making implements Callable<Integer> {
  private static final String COPY = "cp -a";
  private static final String HASH = "SHA-256 alone, two threads";
  private static final String STORE = "jcfs mk --store";
  private static final String STORE_AGAIN = "jcfs mk --store, all stored already";
  private static final String DUMP = "mkcomposefs --from-file";
  private static final String EROFS = "mkfs.erofs";
  private static final String MEASURE = "composefs-info measure-file, 4 KiB";
  private static final String PRINT = "mkcomposefs --print-digest-only, 100 files";

  /** Those that have nothing to do with the tree. */
  private static final Set<String> SHORT = Set.of(MEASURE, PRINT);

  private static final String TIME = "/usr/bin/time";
  private static final int HASHING_THREADS = 2;

  @Option(names = "--jcfs", required = true, description = "The program.")
  private Path jcfs;

  @Option(names = "--source", defaultValue = "/usr", description = "What is copied in part.")
  private Path source;

  @Option(names = "--tree", description = "A tree to take as it is, in place of a copy.")
  private @Nullable Path given;

  @Option(names = "--work", required = true, description = "Where everything goes.")
  private Path work;

  @Option(names = "--rounds", defaultValue = "7", description = "How often each is timed.")
  private int rounds;

  @Option(names = "--out", required = true, description = "The JSON file that the result goes to.")
  private Path out;

  /** What one thing took, round by round. */
  private record Measured(Samples wall, Samples user, Samples system, Samples peakKiB) {
    Measured() {
      this(new Samples(), new Samples(), new Samples(), new Samples());
    }
  }

  /** Something to be timed, which may leave things in a directory of its own. */
  @FunctionalInterface
  private interface Task {
    void run(Path place, Measured into) throws IOException;
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new Making()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Path making = Files.createDirectories(work.resolve("making").toAbsolutePath());
    Map<String, String> machine = Machine.facts(making);
    MadeTree tree =
        given == null ? MadeTree.copy(source, making.resolve("tree")) : MadeTree.of(given);
    Path runs = Files.createTempDirectory(making, "run");
    try {
      Map<String, String> skipped = new TreeMap<>();
      Map<String, Task> tasks = tasks(tree, prepareInputs(tree, runs), skipped);
      Map<String, Measured> measured = run(tasks, tree, runs);
      MakingResult result =
          new MakingResult(
              machine,
              tree.entries(),
              tree.files(),
              tree.bytes(),
              works(measured, tree),
              targets(measured, tree),
              skipped);
      JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.write(out, mapper.writeValueAsBytes(result));
      System.out.print(MakingReport.of(result));
    } finally {
      Shell.run("rm -rf \"$1\"", runs);
    }
    return 0;
  }

  /** A store that has everything, a dump of the tree, and something small. */
  private Path prepareInputs(MadeTree tree, Path runs) throws IOException {
    Path inputs = Files.createDirectory(runs.resolve("inputs"));
    Shell.run(
        "\"$1\" mk --store \"$3/store\" \"$2\" \"$3/image\""
            + " && \"${1%/*}/composefs-info\" dump \"$3/image\" > \"$3/dump\"",
        jcfs, tree.root(), inputs);
    Path small = Files.createDirectory(inputs.resolve("small"));
    byte[] content = new byte[4096];
    new Random(1).nextBytes(content);
    for (int i = 0; i < 100; i++) {
      Files.write(small.resolve("file-" + i), content);
    }
    return inputs;
  }

  private Map<String, Task> tasks(MadeTree tree, Path inputs, Map<String, String> skipped) {
    String root = tree.root().toString();
    Map<String, Task> tasks = new LinkedHashMap<>();
    tasks.put(COPY, (place, into) -> time(into, "cp", "-a", root, place.toString()));
    tasks.put(HASH, (_, into) -> into.wall().add(hash(tree.bytes())));
    tasks.put(STORE, (place, into) -> store(into, place.resolve("store"), root, place));
    tasks.put(STORE_AGAIN, (place, into) -> store(into, inputs.resolve("store"), root, place));
    tasks.put(
        DUMP,
        (place, into) ->
            time(
                into,
                program("mkcomposefs"),
                "--from-file",
                inputs.resolve("dump").toString(),
                place.resolve("image").toString()));
    if (Shell.isInstalled("mkfs.erofs")) {
      tasks.put(
          EROFS,
          (place, into) -> time(into, "mkfs.erofs", place.resolve("image").toString(), root));
    } else {
      skipped.put(EROFS, "is not installed");
    }
    tasks.put(
        MEASURE,
        (_, into) ->
            time(
                into,
                program("composefs-info"),
                "measure-file",
                inputs.resolve("small/file-0").toString()));
    tasks.put(
        PRINT,
        (_, into) ->
            time(
                into,
                program("mkcomposefs"),
                "--print-digest-only",
                inputs.resolve("small").toString()));
    if (!Files.isExecutable(Path.of(TIME))) {
      skipped.put("peak memory, CPU time", TIME + " is not installed");
    }
    return tasks;
  }

  /** Makes an image in {@code place}, and puts what the store has not got into it. */
  private void store(Measured into, Path store, String root, Path place) throws IOException {
    time(
        into,
        jcfs.toString(),
        "mk",
        "--store",
        store.toString(),
        root,
        place.resolve("image").toString());
  }

  private String program(String name) {
    return jcfs.resolveSibling(name).toString();
  }

  private Map<String, Measured> run(Map<String, Task> tasks, MadeTree tree, Path runs)
      throws IOException {
    Map<String, Measured> measured = new LinkedHashMap<>();
    tasks.keySet().forEach(name -> measured.put(name, new Measured()));
    Random order = new Random(3);
    for (int round = 0; round < rounds; round++) {
      List<Map.Entry<String, Task>> turns = new ArrayList<>(tasks.entrySet());
      Collections.shuffle(turns, order);
      for (Map.Entry<String, Task> turn : turns) {
        String name = turn.getKey();
        Path place =
            Files.createDirectory(runs.resolve(round + "-" + name.replaceAll("\\W+", "-")));
        Shell.run("find \"$1\" -type f -exec cat {} + > /dev/null; sync", tree.root());
        Measured into = measured.computeIfAbsent(name, unknown -> new Measured());
        turn.getValue().run(place, into);
        List<Double> walls = into.wall().values();
        System.err.printf("%d %-40s %8.0f ms%n", round + 1, name, walls.getLast());
      }
    }
    return measured;
  }

  /** Runs a program, under time(1) if that is there, which knows what wait4(2) says. */
  private static void time(Measured into, String... command) throws IOException {
    List<String> whole = new ArrayList<>(List.of(command));
    if (!Files.isExecutable(Path.of(TIME))) {
      into.wall().add(Shell.run(whole));
      return;
    }
    Path report = Files.createTempFile("making", ".time");
    try {
      whole.addAll(0, List.of(TIME, "--format", "%U %S %M", "--output", report.toString(), "--"));
      into.wall().add(Shell.run(whole));
      List<String> values = List.of(Files.readString(report).strip().split(" ", -1));
      into.user().add(1e3 * Double.parseDouble(values.get(0)));
      into.system().add(1e3 * Double.parseDouble(values.get(1)));
      into.peakKiB().add(Double.parseDouble(values.get(2)));
    } finally {
      Files.delete(report);
    }
  }

  /** What hashing that many bytes takes that are in the caches already. */
  private static Duration hash(long bytes) {
    long start = System.nanoTime();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < HASHING_THREADS; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> hashAlone(bytes / HASHING_THREADS), task -> new Thread(task).start()));
    }
    threads.forEach(CompletableFuture::join);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void hashAlone(long bytes) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 18];
      for (long done = 0; done < bytes; done += buffer.length) {
        hash.update(buffer, 0, (int) Math.min(buffer.length, bytes - done));
      }
      hash.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static List<MakingResult.Work> works(Map<String, Measured> measured, MadeTree tree) {
    List<MakingResult.Work> works = new ArrayList<>();
    measured.forEach((name, all) -> {
      boolean known = !all.peakKiB().values().isEmpty();
      double seconds = all.wall().median() / 1e3;
      boolean ofTree = !SHORT.contains(name);
      works.add(
          new MakingResult.Work(
              name,
              all.wall().median(),
              all.wall().spread(),
              known ? all.user().median() : 0,
              known ? all.system().median() : 0,
              ofTree ? tree.files() / seconds : 0,
              ofTree ? tree.bytes() / 1e6 / seconds : 0,
              known ? all.peakKiB().median() : 0,
              all.wall().values()));
    });
    return works;
  }

  private static List<MakingResult.Target> targets(Map<String, Measured> measured, MadeTree tree) {
    List<MakingResult.Target> targets = new ArrayList<>();
    targets.add(
        new MakingResult.Target(
            "image with store, beside cp -a and hashing",
            "s",
            (wall(measured, COPY) + wall(measured, HASH)) / 1e3,
            wall(measured, STORE) / 1e3));
    targets.add(new MakingResult.Target("image from a dump", "s", 1.2, wall(measured, DUMP) / 1e3));
    targets.add(
        new MakingResult.Target(
            "digest of a small file", "s", 0.25, wall(measured, MEASURE) / 1e3));
    targets.add(
        new MakingResult.Target(
            "digest of an image of a small tree", "s", 0.25, wall(measured, PRINT) / 1e3));
    for (String name : List.of(STORE, DUMP)) {
      Samples peak = get(measured, name).peakKiB();
      if (!peak.values().isEmpty()) {
        double limit = 64 + 400e-6 * tree.entries();
        targets.add(
            new MakingResult.Target("memory of " + name, "MB", limit, peak.median() * 1024 / 1e6));
      }
    }
    return targets;
  }

  private static double wall(Map<String, Measured> measured, String name) {
    return get(measured, name).wall().median();
  }

  private static Measured get(Map<String, Measured> measured, String name) {
    Measured one = measured.get(name);
    if (one == null) {
      throw new IllegalArgumentException(name + " was not measured");
    }
    return one;
  }
}
