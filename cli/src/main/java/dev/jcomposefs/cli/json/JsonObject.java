package dev.jcomposefs.cli.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A JSON object that was read. Members nobody asks for are ignored; one that is asked for and
 * missing, or of another type, is an {@link IOException} that names it.
 */
public final class JsonObject {
  private final Map<String, @Nullable Object> members;

  private JsonObject(Map<String, @Nullable Object> members) {
    this.members = members;
  }

  /** Behind the start of the object. */
  static JsonObject read(JsonParser in) throws IOException {
    Map<String, @Nullable Object> members = new HashMap<>();
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      members.put(name, value(in, in.nextToken()));
    }
    return new JsonObject(members);
  }

  private static @Nullable Object value(JsonParser in, @Nullable JsonToken token)
      throws IOException {
    return switch (token) {
      case START_OBJECT -> read(in);
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        JsonToken next = in.nextToken();
        while (next != JsonToken.END_ARRAY) {
          elements.add(value(in, next));
          next = in.nextToken();
        }
        yield elements;
      }
      case VALUE_STRING -> in.getString();
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null, default -> throw new IOException("found %s in JSON".formatted(token));
    };
  }

  public String string(String name) throws IOException {
    return member(name, String.class);
  }

  /** Null where the member is null or missing. */
  public @Nullable String optionalString(String name) throws IOException {
    return members.get(name) == null ? null : string(name);
  }

  public long number(String name) throws IOException {
    return member(name, Long.class);
  }

  /** Null where the member is null or missing. */
  public @Nullable Long optionalNumber(String name) throws IOException {
    return members.get(name) == null ? null : number(name);
  }

  public boolean bool(String name) throws IOException {
    return member(name, Boolean.class);
  }

  public JsonObject object(String name) throws IOException {
    return member(name, JsonObject.class);
  }

  /** Null where the member is null or missing. */
  public @Nullable JsonObject optionalObject(String name) throws IOException {
    return members.get(name) == null ? null : object(name);
  }

  public List<String> strings(String name) throws IOException {
    return elements(name, String.class);
  }

  public List<JsonObject> objects(String name) throws IOException {
    return elements(name, JsonObject.class);
  }

  /** All members, which must be numbers. */
  public Map<String, Long> numbers() throws IOException {
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (String name : members.keySet()) {
      numbers.put(name, number(name));
    }
    return numbers;
  }

  private <T> List<T> elements(String name, Class<T> type) throws IOException {
    List<T> typed = new ArrayList<>();
    for (Object element : member(name, List.class)) {
      typed.add(cast(name, element, type));
    }
    return typed;
  }

  private <T> T member(String name, Class<T> type) throws IOException {
    return cast(name, members.get(name), type);
  }

  private static <T> T cast(String name, @Nullable Object value, Class<T> type) throws IOException {
    if (!type.isInstance(value)) {
      throw new IOException(
          "member '%s': found %s, expected %s"
              .formatted(
                  name,
                  value == null ? "nothing" : value.getClass().getSimpleName(),
                  type.getSimpleName()));
    }
    return type.cast(value);
  }
}
