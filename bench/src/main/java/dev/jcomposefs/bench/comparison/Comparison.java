package dev.jcomposefs.bench.comparison;

import dev.jcomposefs.fuse.dev.EmptyServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The whole comparison in one mode; {@code script/bench} runs it once per mode. */
@Command(name = "bench", sortOptions = false, usageHelpAutoWidth = true)
public final class Comparison implements Callable<Integer> {
  private static final String KERNEL = "kernel";

  @Option(names = "--jcfs", required = true, description = "The program.")
  private Path jcfs;

  @Option(names = "--source", defaultValue = "/usr", description = "The tree that is copied.")
  private Path source;

  @Option(names = "--work", required = true, description = "Where copies and images go.")
  private Path work;

  @Option(names = "--rounds", defaultValue = "7", description = "How often each is timed.")
  private int rounds;

  @Option(names = "--mode", defaultValue = "free", description = "What this run is called.")
  private String mode;

  @Option(names = "--only", defaultValue = "", description = "Part of the names of workloads.")
  private String only;

  @Option(names = "--targets", split = ",", description = "Names of targets; all if not given.")
  private List<String> chosen = List.of();

  @Option(names = "--out", required = true, description = "The JSON file that the result goes to.")
  private Path out;

  @Option(names = "--report", description = "Also make a report of these results.", split = ",")
  private List<Path> reported = List.of();

  private final PrintStream progress = System.err;

  /** A target with the tree in place. */
  private record Opened(Target target, Corpus.Kind kind, Path root, double firstAnswerMillis) {}

  private record Key(Workload workload, String target) {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Comparison()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> machine = Machine.facts(Files.createDirectories(work));
    Corpus corpus = Corpus.prepare(source, work, jcfs);
    List<Workload> workloads =
        Workload.all().stream().filter(workload -> workload.name().contains(only)).toList();
    List<Target> targets =
        targets().stream()
            .filter(target -> chosen.isEmpty() || chosen.contains(target.name()))
            .toList();
    Result.EmptyRequest empty = emptyRequest();
    Map<Key, Samples> samples = new LinkedHashMap<>();
    Map<Key, Map<String, Long>> requests = new LinkedHashMap<>();
    Map<String, String> skipped = new TreeMap<>();
    List<Result.Server> servers = new ArrayList<>();
    for (Corpus.Kind kind : Corpus.Kind.values()) {
      List<Workload> some = workloads.stream().filter(workload -> workload.kind() == kind).toList();
      if (!some.isEmpty()) {
        compare(corpus, kind, some, targets, samples, requests, skipped, servers);
      }
    }
    Result result =
        new Result(
            mode, machine, entries(corpus), empty, timings(samples, requests), servers, skipped);
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.write(out, mapper.writeValueAsBytes(result));
    if (!reported.isEmpty()) {
      List<Result> results = new ArrayList<>();
      for (Path file : reported) {
        results.add(mapper.readValue(Files.readAllBytes(file), Result.class));
      }
      System.out.print(MarkdownReport.of(results));
    }
    return 0;
  }

  private List<Target> targets() {
    return List.of(
        new KernelTarget(false),
        new KernelTarget(true),
        new JcfsTarget(jcfs, "dev", "passthrough"),
        new JcfsTarget(jcfs, "dev", "no-open"),
        new JcfsTarget(jcfs, "dev", "copy"),
        new JcfsTarget(jcfs, "jnr", null),
        new ErofsFuseTarget(),
        new DirectoryTarget());
  }

  private void compare(
      Corpus corpus,
      Corpus.Kind kind,
      List<Workload> workloads,
      List<Target> targets,
      Map<Key, Samples> samples,
      Map<Key, Map<String, Long>> requests,
      Map<String, String> skipped,
      List<Result.Server> servers)
      throws IOException {
    List<Opened> opened = new ArrayList<>();
    try {
      for (Target target : targets) {
        open(target, corpus, kind, opened, skipped);
      }
      Map<String, Long> afterFind = new TreeMap<>();
      Map<String, Map<String, Long>> firstRequests = new TreeMap<>();
      for (Opened one : opened) {
        takeStock(one, afterFind, firstRequests);
      }
      for (Workload workload : workloads) {
        time(workload, corpus, opened, samples);
        for (Opened one : opened) {
          requests.put(new Key(workload, one.target.name()), count(workload, corpus, one));
        }
      }
      for (Opened one : opened) {
        OptionalLong server = one.target.server();
        if (server.isPresent()) {
          servers.add(
              new Result.Server(
                  one.target.name(),
                  kind.name().toLowerCase(Locale.ROOT),
                  one.firstAnswerMillis,
                  afterFind.getOrDefault(one.target.name(), 0L),
                  Machine.peakMemory(server.getAsLong()),
                  firstRequests.getOrDefault(one.target.name(), Map.of())));
        }
      }
    } finally {
      for (Opened one : opened.reversed()) {
        one.target.close();
      }
    }
  }

  private void open(
      Target target,
      Corpus corpus,
      Corpus.Kind kind,
      List<Opened> opened,
      Map<String, String> skipped)
      throws IOException {
    String obstacle = target.obstacle(kind);
    Path directory =
        work.resolve("mount").resolve(target.name().replaceAll("\\W+", "-")).toAbsolutePath();
    if (obstacle.isEmpty()) {
      try {
        long start = System.nanoTime();
        Path root = target.open(corpus, kind, directory);
        opened.add(new Opened(target, kind, root, (System.nanoTime() - start) / 1e6));
        return;
      } catch (IOException e) {
        target.close();
        obstacle = String.valueOf(e.getMessage());
      }
    }
    skipped.put(target.name() + ", " + kind.name().toLowerCase(Locale.ROOT), obstacle);
  }

  /** What one walk over the tree costs in memory and requests, and a first reading of all of it. */
  private void takeStock(
      Opened one, Map<String, Long> afterFind, Map<String, Map<String, Long>> requests)
      throws IOException {
    dropCaches();
    Map<String, Long> before = one.target.requests();
    Shell.run("find \"$1\" -size +1c > /dev/null && ls -lR \"$1\" > /dev/null", one.root);
    requests.put(one.target.name(), since(before, one));
    OptionalLong server = one.target.server();
    if (server.isPresent()) {
      afterFind.put(one.target.name(), Machine.peakMemory(server.getAsLong()));
    }
  }

  private static Map<String, Long> since(Map<String, Long> before, Opened one) throws IOException {
    Map<String, Long> counts = new TreeMap<>(one.target.requests());
    counts.replaceAll((name, count) -> count - before.getOrDefault(name, 0L));
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  /** In one more round, as to ask for the counts takes a process. */
  private static Map<String, Long> count(Workload workload, Corpus corpus, Opened one)
      throws IOException {
    if (one.target.server().isEmpty()) {
      return Map.of();
    }
    if (workload.start() == Workload.Start.COLD) {
      dropCaches();
    } else {
      workload.body().run(corpus, one.root);
    }
    Map<String, Long> before = one.target.requests();
    workload.body().run(corpus, one.root);
    return since(before, one);
  }

  private Result.EmptyRequest emptyRequest() throws IOException {
    Path directory = work.resolve("mount").resolve("empty");
    double asleep = RoundTrips.empty(directory, EmptyServer.Manner.ASLEEP, rounds);
    double looking =
        Runtime.getRuntime().availableProcessors() > 1
            ? RoundTrips.empty(directory, EmptyServer.Manner.LOOKING, rounds)
            : Double.NaN;
    return new Result.EmptyRequest(asleep, looking);
  }

  private void time(
      Workload workload, Corpus corpus, List<Opened> opened, Map<Key, Samples> samples)
      throws IOException {
    Random order = new Random(3);
    // The first turn of each is not counted: it checks the objects, and lets the compiler warm up.
    for (int round = -1; round < rounds; round++) {
      List<Opened> turns = new ArrayList<>(opened);
      Collections.shuffle(turns, order);
      for (Opened one : turns) {
        if (workload.start() == Workload.Start.COLD) {
          dropCaches();
        } else if (round >= 0) {
          // what another target has read in between must not have pushed this one's pages out
          workload.body().run(corpus, one.root);
        }
        Duration took = workload.body().run(corpus, one.root);
        if (round >= 0) {
          samples
              .computeIfAbsent(new Key(workload, one.target.name()), key -> new Samples())
              .add(took);
        }
      }
    }
    for (Opened one : opened) {
      Samples all = samples.get(new Key(workload, one.target.name()));
      if (all != null) {
        progress.printf(
            "%s %-34s %-16s %10.1f ms%n",
            mode,
            workload.name() + " " + workload.start().name().toLowerCase(Locale.ROOT),
            one.target.name(),
            all.median());
      }
    }
  }

  private static void dropCaches() throws IOException {
    Shell.run("sync; echo 3 > /proc/sys/vm/drop_caches");
  }

  private List<Result.Timing> timings(
      Map<Key, Samples> samples, Map<Key, Map<String, Long>> requests) {
    List<Result.Timing> timings = new ArrayList<>();
    for (Target target : targets()) {
      samples.forEach((key, all) -> {
        if (key.target.equals(target.name())) {
          timings.add(timing(key, all, samples, requests.getOrDefault(key, Map.of())));
        }
      });
    }
    return timings;
  }

  private static Result.Timing timing(
      Key key, Samples all, Map<Key, Samples> samples, Map<String, Long> requests) {
    Samples kernel = samples.get(new Key(key.workload, KERNEL));
    return new Result.Timing(
        key.workload.name(),
        key.workload.start().name().toLowerCase(Locale.ROOT),
        key.target,
        all.median(),
        all.spread(),
        kernel == null ? Double.NaN : all.median() / kernel.median(),
        all.values(),
        key.workload.calls(),
        requests);
  }

  private static long entries(Corpus corpus) throws IOException {
    try (var all = Files.walk(corpus.source())) {
      return all.count();
    }
  }
}
