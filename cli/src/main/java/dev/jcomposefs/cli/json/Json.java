package dev.jcomposefs.cli.json;

import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Text to trees and back. A tree is made of {@link Map}, {@link List}, and simple values. */
public final class Json {
  /** Apart, because who only writes lines needs no Jackson. */
  private static final class Jackson {
    static final JsonFactory FACTORY = new JsonFactory();
  }

  private Json() {}

  /** Without a line break in it. */
  public static String line(@Nullable Object tree) {
    StringBuilder text = new StringBuilder();
    JsonLine.append(tree, text);
    return text.toString();
  }

  /** For people and programs: indented, without a line break at the end. */
  public static String pretty(@Nullable Object tree) {
    return write(tree, new Indented());
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }

  private static String write(@Nullable Object tree, ObjectWriteContext context) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = Jackson.FACTORY.createGenerator(context, text)) {
      write(tree, out);
    }
    return text.toString();
  }

  private static void write(@Nullable Object tree, JsonGenerator out) {
    switch (tree) {
      case null -> out.writeNull();
      case Map<?, ?> object -> {
        out.writeStartObject();
        object.forEach((name, value) -> {
          out.writeName(String.valueOf(name));
          write(value, out);
        });
        out.writeEndObject();
      }
      case List<?> array -> {
        out.writeStartArray();
        array.forEach(element -> write(element, out));
        out.writeEndArray();
      }
      case Long number -> out.writeNumber(number);
      case Integer number -> out.writeNumber(number);
      case Boolean bool -> out.writeBoolean(bool);
      default -> out.writeString(tree.toString());
    }
  }

  /**
   * Reads one object. How deep it may nest and how long a string may be is bounded by Jackson; the
   * length of the text is the caller's to bound.
   *
   * @throws IOException if it is none, or something follows it
   */
  public static JsonObject parse(String text) throws IOException {
    try (JsonParser in = Jackson.FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("found something else, expected a JSON object");
      }
      JsonObject object = JsonObject.read(in);
      if (in.nextToken() != null) {
        throw new IOException("found more behind the JSON object, expected its end");
      }
      return object;
    } catch (JacksonException e) {
      throw new IOException("found no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
