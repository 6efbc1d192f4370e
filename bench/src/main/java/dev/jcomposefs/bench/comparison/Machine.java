package dev.jcomposefs.bench.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a reader must know to compare the figures with his own. */
final class Machine {
  private Machine() {}

  static Map<String, String> facts(Path work) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("kernel", Shell.output("uname", "-srm"));
    facts.put("cpu", cpu());
    facts.put("cpus", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("hypervisor", flag("hypervisor") ? "yes" : "no");
    facts.put(
        "idle states",
        read("/sys/devices/system/cpu/cpuidle/current_driver")
            + ", "
            + read("/sys/devices/system/cpu/cpuidle/current_governor"));
    facts.put(
        "idle polling of a guest, ns", read("/sys/module/haltpoll/parameters/guest_halt_poll_ns"));
    facts.put("fuse over io_uring", read("/sys/module/fuse/parameters/enable_uring"));
    facts.put("file system", Shell.output("stat", "-f", "-c", "%T", work.toString()));
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("load before", read("/proc/loadavg"));
    return facts;
  }

  private static String cpu() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name") || line.startsWith("CPU part"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static boolean flag(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .anyMatch(line -> line.startsWith("flags") && line.contains(" " + name + " "));
  }

  private static String memory() throws IOException {
    return Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll(" +", " ");
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return "-";
    }
  }

  /** Peak of a process's memory, MiB. */
  static long peakMemory(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IOException("/proc/%d/status: found no VmHWM".formatted(pid));
  }
}
