package dev.jcomposefs.nativetests.hostile;

import static dev.jcomposefs.nativetests.hostile.SmallTree.VICTIM;
import static dev.jcomposefs.nativetests.hostile.SmallTree.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.jcomposefs.nativetests.fixture.Command;
import dev.jcomposefs.nativetests.fixture.Jcfs;
import dev.jcomposefs.nativetests.fixture.Packed;
import dev.jcomposefs.nativetests.fixture.Served;
import dev.jcomposefs.nativetests.posix.Mounts;
import dev.jcomposefs.nativetests.posix.OpenFile;
import dev.jcomposefs.nativetests.posix.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mounts that outlive the process that serves them. */
class SupervisedMountTest extends SmallTreeTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int READERS = 8;
  private static final int KILLS = 6;

  /** The number under which the holder keeps the image open. */
  private static final String HELD_IMAGE = "5";

  @ParameterizedTest
  @ValueSource(strings = {"copy", "no-open"})
  void kill_server_isReplacedAndNobodyNotices(String dataPath) throws Exception {
    try (Served mount = supervised(tree().packed(), "datapath=" + dataPath);
        OpenFile open = OpenFile.open(in(mount.point(), VICTIM), OpenFile.READ_ONLY)) {
      assertThat(open.read(0, 10)).hasSize(10);

      killServer(mount);
      // the rest of an open file, and files that the first server never heard of
      assertThat(open.read(0, SmallTree.VICTIM_SIZE)).isEqualTo(tree().content(VICTIM));
      tree().assertServed(mount.point());
      killServer(mount);
      tree().assertServed(mount.point());

      assertThat(mount.status().at("/supervision/replaced").asInt()).isEqualTo(2);
      assertThat(mount.status().at("/supervision/pid").asLong()).isEqualTo(mount.pid());
      assertThat(mount.terminate()).isZero();
      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  /**
   * The objects of the mount lie in another one, whose server is stopped: so a request is certain
   * to be with the server when that is killed.
   */
  @Test
  void kill_serverWithARequest_theNextOneAnswersIt() throws Exception {
    Packed objects = Packed.of(tree().packed().objects(), scratch(), "of-objects");
    try (Served lower =
            Served.start(scratch().directory("lower"), mountCommand(objects), objects.image());
        Served mount =
            supervised(
                new Packed(tree().packed().source(), tree().packed().image(), lower.point()))) {
      long lowerServer = lower.pid();
      Command.mustRun("kill", "-STOP", Long.toString(lowerServer));
      CompletableFuture<byte[]> reader;
      try {
        reader = CompletableFuture.supplyAsync(() -> read(mount.point(), VICTIM));
        await("the request")
            .atMost(SOON)
            .until(() -> mount.status().at("/requests/read").asLong() > 0);
        kill(server(mount));
      } finally {
        Command.mustRun("kill", "-CONT", Long.toString(lowerServer));
      }

      assertThat(reader.get(SOON.toMillis(), TimeUnit.MILLISECONDS))
          .isEqualTo(tree().content(VICTIM));
    }
  }

  /** A short form of script/soak. */
  @ParameterizedTest
  @ValueSource(longs = {1, 20261121})
  void kill_manyTimesWhileEightRead_noCallFails(long seed) throws Exception {
    Random random = new Random(seed);
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool();
        Served mount = supervised(tree().packed())) {
      List<Future<Integer>> readers = new ArrayList<>();
      try {
        for (int reader = 0; reader < READERS; reader++) {
          Random own = new Random(random.nextLong());
          readers.add(threads.submit(() -> readUntil(ended, mount.point(), own)));
        }
        for (int kill = 0; kill < KILLS; kill++) {
          // whatever it is doing then, starting included
          Thread.sleep(random.nextInt(1000));
          server(mount.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
      } finally {
        ended.set(true);
      }
      for (Future<Integer> reader : readers) {
        assertThat(reader.get(SOON.toMillis(), TimeUnit.MILLISECONDS))
            .describedAs("files read; seed %d", seed)
            .isPositive();
      }
      assertThat(mount.terminate()).isZero();
    }
  }

  /** Reads past the page cache, so that every read is a request. */
  private int readUntil(AtomicBoolean ended, Path mount, Random random) throws Exception {
    byte[] content = tree().content(VICTIM);
    int files = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(128 << 10, 4096);
      while (!ended.get()) {
        long at = random.nextLong(content.length / buffer.byteSize()) * buffer.byteSize();
        try (OpenFile file =
            OpenFile.open(in(mount, VICTIM), OpenFile.READ_ONLY | OpenFile.DIRECT)) {
          assertThat(file.read(buffer, at)).isEqualTo((int) buffer.byteSize());
        }
        MemorySegment expected = MemorySegment.ofArray(content).asSlice(at, buffer.byteSize());
        assertThat(buffer.mismatch(expected)).describedAs("where it differs").isEqualTo(-1);
        assertThat(Posix.list(in(mount, "dir"))).hasSize(2);
        files++;
      }
    }
    return files;
  }

  @Test
  void kill_serverAfterTheImageFileWasChanged_isServedAsItWas() throws Exception {
    try (Served mount = supervised(tree().packed())) {
      Files.writeString(tree().packed().image(), "no image any more");

      killServer(mount);

      tree().assertServed(mount.point());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void signal_toTheHolder_unmounts(String signal) throws Exception {
    try (Served mount = supervised(tree().packed())) {
      killServer(mount);

      Command.mustRun("kill", "-" + signal, Long.toString(mount.pid()));

      assertThat(mount.ended()).isZero();
      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  @Test
  void mount_inTheBackground_survivesAndLeavesNothingBehind() throws Exception {
    Path point = scratch().directory("background");
    Path working = scratch().directory("working");
    long holder;
    long server;
    try {
      mountFrom(working, point, "--supervise");
      tree().assertServed(point);
      String status = Jcfs.mustRun("status", "--json", point.toString());
      holder = Long.parseLong(status.replaceAll("(?s).*\"supervision\".*?(\\d+).*", "$1"));
      kill(server(holder).orElseThrow().pid());
      // a relative path would still lead to where the command was given
      await("another server")
          .atMost(SOON)
          .until(() -> Jcfs.run("status", point.toString()).text().contains("servers replaced: 1"));
      server = server(holder).orElseThrow().pid();
      assertThat(Files.readString(Path.of("/run/jcfs/" + holder + ".log")))
          .contains("another one takes over");
    } finally {
      Jcfs.run("umount", point.toString());
    }
    assertThat(Mounts.isMounted(point)).isFalse();
    await("the end of both").atMost(SOON).until(() -> isGone(server) && isGone(holder));
    assertThat(Path.of("/run/jcfs/" + holder + ".log")).doesNotExist();
    assertThat(Path.of("/run/jcfs/" + holder + ".held.sock")).doesNotExist();
    Command.mustRun("rmdir", working.toString());
  }

  @Test
  void mount_noServerCanStartAnyMore_isGivenUpAndTakenAway() throws Exception {
    try (Served mount = supervised(tree().packed())) {
      Command.mustRun("rm", "-r", tree().packed().objects().toString());
      kill(server(mount));

      await("giving up").atMost(Duration.ofMinutes(2)).until(() -> isGone(mount.pid()));

      assertThat(mount.ended()).isEqualTo(1);
      assertThat(mount.log()).contains("in a row died at once", "unmounting");
      assertThat(Mounts.isMounted(mount.point())).isFalse();
    }
  }

  /** It hangs as long as the file system that the image lies on does. */
  @Test
  void kill_serverBeforeItIsReady_isAFailedMount() throws Exception {
    Packed images = Packed.of(tree().packed().source(), scratch(), "of-images");
    try (Served lower =
        Served.start(scratch().directory("lower"), mountCommand(images), images.image())) {
      Path point = scratch().directory("mount");
      Command.mustRun("kill", "-STOP", Long.toString(lower.pid()));
      List<String> command = Jcfs.command("mount", "-f", "--supervise");
      command.add(lower.point().resolve("small").toString());
      command.add(point.toString());
      Process holder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(scratch().path("log").toFile())
              .start();
      try {
        await("the server").atMost(SOON).until(() -> hangs(holder.pid()));
        kill(server(holder.pid()).orElseThrow().pid());

        assertThat(holder.waitFor(SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(holder.exitValue()).isNotZero();
        assertThat(scratch().path("log")).content().contains("killed by signal 9 before the mount");
        assertThat(Mounts.isMounted(point)).isFalse();
      } finally {
        holder.destroyForcibly();
        Command.mustRun("kill", "-CONT", Long.toString(lower.pid()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "datapath=passthrough, data path passthrough",
    "driver=jnr, driver jnr",
    "digest=00, option 'digest'"
  })
  void mount_whatCannotBeHeld_isRefusedInOneLine(String option, String reason) throws Exception {
    Path point = scratch().directory("refused");

    Command.Result result = tree().packed().mount(point, "--supervise", "-o", option);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.errorLines()).first().asString().startsWith("jcfs: ").contains(reason);
    assertThat(Mounts.isMounted(point)).isFalse();
  }

  private Served supervised(Packed packed, String... options) throws IOException {
    Served served =
        Served.start(
            Files.createTempDirectory(scratch().path(""), "mount-"),
            mountCommand(packed, "--supervise", options),
            packed.image());
    // The mount answers a moment before the holder has the image, which is the last thing it takes;
    // a server that dies in between is a failed mount.
    await("the holder to have the image")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(Path.of("/proc", Long.toString(served.pid()), "fd", HELD_IMAGE)));
    return served;
  }

  private static List<String> mountCommand(Packed packed) {
    return mountCommand(packed, "--driver=dev");
  }

  private static List<String> mountCommand(Packed packed, String flag, String... options) {
    List<String> all = new ArrayList<>(List.of("basedir=" + packed.objects()));
    all.addAll(List.of(options));
    return Jcfs.command("mount", "-f", flag, "-o", String.join(",", all));
  }

  /** Kills the server, and returns when the kernel has got another one to ask. */
  private static void killServer(Served mount) throws Exception {
    int before = mount.status().at("/supervision/replaced").asInt();
    kill(server(mount));
    await("another server")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> mount.status().at("/supervision/replaced").asInt() > before);
  }

  private static void kill(long pid) throws Exception {
    Command.mustRun("kill", "-KILL", Long.toString(pid));
    await("the end of " + pid).atMost(SOON).until(() -> isGone(pid));
  }

  private static long server(Served mount) throws Exception {
    return mount.status().at("/pid").asLong();
  }

  /** The child that is a server; the holder may have another for a moment, such as sleep(1). */
  private static Optional<ProcessHandle> server(long holder) {
    return ProcessHandle.of(holder)
        .orElseThrow()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("/java"))
        .findAny();
  }

  /** Whether the server has come as far as to wait for a file system that does not answer. */
  private static boolean hangs(long holder) throws IOException {
    Optional<ProcessHandle> server = server(holder);
    if (server.isEmpty()) {
      return false;
    }
    try (var tasks = Files.list(Path.of("/proc/" + server.get().pid() + "/task"))) {
      return tasks.anyMatch(SupervisedMountTest::waitsForFuse);
    }
  }

  private static boolean waitsForFuse(Path task) {
    try {
      return Files.readString(task.resolve("wchan")).contains("request_wait_answer");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isGone(long pid) {
    return ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true);
  }

  private static byte[] read(Path mount, String name) {
    try {
      return Posix.read(in(mount, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
