package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** This project's mount, as a user makes it. */
final class JcfsTarget extends ServedTarget {
  private final Path jcfs;
  private final String driver;
  private final @Nullable String dataPath;

  /**
   * @param jcfs the program
   * @param driver as behind {@code --driver}
   * @param dataPath as behind {@code datapath=}; null for a driver that has only one
   */
  JcfsTarget(Path jcfs, String driver, @Nullable String dataPath) {
    this.jcfs = jcfs;
    this.driver = driver;
    this.dataPath = dataPath;
  }

  @Override
  public String name() {
    return dataPath == null ? driver : driver + " " + dataPath;
  }

  @Override
  public String obstacle(Corpus.Kind kind) {
    return "";
  }

  @Override
  void mount(Corpus corpus, Corpus.Kind kind, Path directory) throws IOException {
    String options =
        "basedir=" + corpus.objects() + (dataPath == null ? "" : ",datapath=" + dataPath);
    Shell.run(
        List.of(
            jcfs.toString(),
            "mount",
            "--driver",
            driver,
            "-o",
            options,
            corpus.image(kind).toString(),
            directory.toString()));
  }

  @Override
  public OptionalLong server() {
    try {
      return OptionalLong.of(status().get("pid").asLong());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public Map<String, Long> requests() throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    status()
        .get("requests")
        .properties()
        .forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
    return counts;
  }

  private JsonNode status() throws IOException {
    String json = Shell.output(jcfs.toString(), "status", "--json", String.valueOf(root()));
    return JsonMapper.shared().readTree(json).get(0);
  }
}
