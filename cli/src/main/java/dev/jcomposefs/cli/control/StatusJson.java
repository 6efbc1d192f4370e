package dev.jcomposefs.cli.control;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@link MountStatus} as JSON, both ways. */
public final class StatusJson {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private StatusJson() {}

  /** UTF-8, ending with a line break. */
  static byte[] line(MountStatus status) {
    return (MAPPER.writeValueAsString(status) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws JacksonException if it is none
   */
  static MountStatus parse(byte[] line) {
    return MAPPER.readValue(line, MountStatus.class);
  }

  /** For people and programs: an array, indented. */
  public static String pretty(List<MountStatus> all) {
    return MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
  }
}
