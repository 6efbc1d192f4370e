package dev.jcomposefs.cli.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DiffCommandTest {
  private static final String BEFORE =
      """
      / 0 40755 2 0 0 0 0.0 - - -
      /dir 0 40755 2 0 0 0 0.0 - - -
      /dir/gone 2 100644 1 0 0 0 0.0 - hi -
      /file 2 100644 1 0 0 0 0.0 - hi -
      /link 1 120777 1 0 0 0 0.0 a - -
      /moved 9 100644 1 0 0 0 0.0 x/y - -
      /old 0 40755 2 0 0 0 0.0 - - -
      /old/in 0 100644 1 0 0 0 0.0 - - -
      /same 9 100644 1 0 0 0 0.0 a/b - -
      /turned 0 40755 2 0 0 0 0.0 - - -
      /turned/in 0 100644 1 0 0 0 0.0 - - -
      """;

  private static final String AFTER =
      """
      / 99 40755 7 0 0 0 0.0 - - -
      /dir 0 40700 2 1 2 0 3.4 - - - user.a=b
      /file 2 100600 1 0 0 0 0.0 - ho -
      /link 1 120777 1 0 0 0 0.0 b - -
      /moved 9 100644 1 0 0 0 0.0 x/z - -
      /new\\n 5 100644 1 0 0 0 0.0 x/z - -
      /same 9 100644 1 0 0 0 0.0 a/b - -
      /turned 0 100644 1 0 0 0 0.0 - - -
      """;

  @TempDir private Path work;

  private Path before;
  private Path after;

  @BeforeEach
  void writeDumps() throws IOException {
    before = Files.writeString(work.resolve("before"), BEFORE);
    after = Files.writeString(work.resolve("after"), AFTER);
  }

  private static String diff(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    StringWriter out = new StringWriter();
    int status = new CommandLine(new DiffCommand()).setOut(new PrintWriter(out)).execute(words);
    assertThat(status).isZero();
    return out.toString();
  }

  @Test
  void diff_everyKindOfChange_isOneLine() {
    assertThat(diff(before, after))
        .isEqualTo(
            """
            - /old
            - /dir/gone
            - /old/in
            - /turned/in
            + /new\\x0a
            M /dir\tmode uid gid mtime xattrs
            C /file\tmode
            C /link
            C /moved
            C /turned\ttype mode
            1 added, 4 removed, 5 changed, 4 of them in content
            """);
  }

  @Test
  void diff_sameTree_isEmpty() {
    assertThat(diff(after, after))
        .isEqualTo("0 added, 0 removed, 0 changed, 0 of them in content\n");
  }

  @Test
  void diff_store_countsEachMissingObjectOnce() throws IOException {
    Path store = Files.createDirectories(work.resolve("store/a"));
    assertThat(diff("--store", work.resolve("store"), before, after))
        .endsWith("\nto fetch: 2 objects, 18 bytes\n");

    Files.createFile(store.resolve("b"));

    assertThat(diff("--store", work.resolve("store"), before, after))
        .endsWith("\nto fetch: 1 objects, 9 bytes\n");
  }

  @Test
  void diff_json_isOneObject() {
    assertThat(diff("--json", "--store", work, after, before))
        .isEqualTo(
            """
            {
              "added" : [ "/old", "/dir/gone", "/old/in", "/turned/in" ],
              "removed" : [ "/new\\\\x0a" ],
              "changed" : [ {
                "path" : "/dir",
                "content" : false,
                "metadata" : [ "mode", "uid", "gid", "mtime", "xattrs" ]
              }, {
                "path" : "/file",
                "content" : true,
                "metadata" : [ "mode" ]
              }, {
                "path" : "/link",
                "content" : true,
                "metadata" : [ ]
              }, {
                "path" : "/moved",
                "content" : true,
                "metadata" : [ ]
              }, {
                "path" : "/turned",
                "content" : true,
                "metadata" : [ "type", "mode" ]
              } ],
              "toFetch" : {
                "objects" : 2,
                "bytes" : 18
              }
            }
            """);
  }

  @Test
  void diff_jsonOfSameTreeWithoutStore_namesNothing() {
    assertThat(diff("--json", after, after))
        .isEqualTo(
            """
            {
              "added" : [ ],
              "removed" : [ ],
              "changed" : [ ],
              "toFetch" : null
            }
            """);
  }
}
