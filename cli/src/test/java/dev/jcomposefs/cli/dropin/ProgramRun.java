package dev.jcomposefs.cli.dropin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One run of a program in this process. Bytes of its output are characters of the same number. */
final class ProgramRun {
  private final String program;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] input = {};
  private boolean terminal;

  private ProgramRun(String program) {
    this.program = program;
  }

  /** What came of it. */
  record Result(int status, String out, String err) {}

  static ProgramRun of(String program) {
    return new ProgramRun(program);
  }

  ProgramRun input(byte[] bytes) {
    input = bytes;
    return this;
  }

  ProgramRun environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  ProgramRun onTerminal() {
    terminal = true;
    return this;
  }

  Result run(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        DropIn.run(
            new Invocation(
                program,
                List.of(arguments).stream().map(Object::toString).toList(),
                new ByteArrayInputStream(input),
                out,
                terminal,
                err,
                environment));
    return new Result(
        status,
        out.toString(StandardCharsets.ISO_8859_1),
        err.toString(StandardCharsets.ISO_8859_1));
  }
}
