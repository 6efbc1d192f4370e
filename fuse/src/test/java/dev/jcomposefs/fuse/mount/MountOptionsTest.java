package dev.jcomposefs.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jcomposefs.cache.verify.VerifyPolicy;
import dev.jcomposefs.format.verity.Digest;
import dev.jcomposefs.fuse.fs.Driver.DataPath;
import dev.jcomposefs.fuse.kernel.WritableLayer;
import dev.jcomposefs.fuse.mount.OptionException.Reason;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountOptionsTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private static MountOptions defaults() {
    return MountOptions.DEFAULT;
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("", defaults()),
        Arguments.of(",,", defaults()),
        Arguments.of("basedir=/a", defaults().withBaseDirectories(Path.of("/a"))),
        Arguments.of("basedir=/a:b", defaults().withBaseDirectories(Path.of("/a"), Path.of("b"))),
        Arguments.of("basedir=/a\\,b", defaults().withBaseDirectories(Path.of("/a,b"))),
        Arguments.of("basedir=/a\\\\b", defaults().withBaseDirectories(Path.of("/a\\b"))),
        Arguments.of("basedir=/a=b", defaults().withBaseDirectories(Path.of("/a=b"))),
        Arguments.of("basedir=/a,basedir=/b", defaults().withBaseDirectories(Path.of("/b"))),
        Arguments.of("verity", defaults().withVerification(VerifyPolicy.REQUIRE)),
        Arguments.of("verity,tryverity", defaults().withVerification(VerifyPolicy.REQUIRE)),
        Arguments.of("noverity", defaults().withVerification(VerifyPolicy.NONE)),
        Arguments.of("noverity,tryverity", defaults().withVerification(VerifyPolicy.IF_PRESENT)),
        Arguments.of("verify=none", defaults().withVerification(VerifyPolicy.NONE)),
        Arguments.of("verify=if-present", defaults().withVerification(VerifyPolicy.IF_PRESENT)),
        Arguments.of(
            "digest=" + HEX,
            defaults().withDigest(Digest.parse(HEX)).withVerification(VerifyPolicy.REQUIRE)),
        Arguments.of(
            "allow_other,suid,dev",
            defaults().withAllowOther(true).withSetId(true).withDevices(true)),
        Arguments.of("suid,dev,nosuid,nodev", defaults()),
        Arguments.of("driver=jnr", defaults().withDriver(DriverChoice.JNR)),
        Arguments.of("driver=dev", defaults().withDriver(DriverChoice.DEV)),
        Arguments.of("datapath=no-open", defaults().withDataPath(DataPath.NO_OPEN)),
        Arguments.of("datapath=copy,datapath=auto", defaults().withDataPath(null)),
        Arguments.of("fsname=a\\,b", defaults().withFsName("a,b")),
        Arguments.of("ro,rw,exec,default_permissions", defaults()),
        Arguments.of("verity=yes", defaults().withVerification(VerifyPolicy.REQUIRE)));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void parse_text_isTheOptions(String text, MountOptions expected) throws OptionException {
    assertThat(MountOptions.parse(text)).isEqualTo(expected);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("basedir=a::b", Reason.MALFORMED, "option 'basedir': empty element in 'a::b'"),
        Arguments.of("basedir=a:", Reason.MALFORMED, "option 'basedir': empty element in 'a:'"),
        Arguments.of("basedir=:a", Reason.MALFORMED, "option 'basedir': empty element in ':a'"),
        Arguments.of("basedir=", Reason.NO_VALUE, "option 'basedir': found no value"),
        Arguments.of("basedir", Reason.NO_VALUE, "option 'basedir': found no value"),
        Arguments.of("basedir=a\0b", Reason.MALFORMED, "option 'basedir': 'a\0b' is no path"),
        Arguments.of("digest=", Reason.NO_VALUE, "option 'digest': found no value"),
        Arguments.of(
            "digest=abc",
            Reason.MALFORMED,
            "option 'digest': digest 'abc' has 3 characters, expected 64 or 128 hex digits"),
        Arguments.of(
            "verify=perhaps",
            Reason.MALFORMED,
            "option 'verify': found 'perhaps', expected one of require, if-present, none"),
        Arguments.of(
            "driver=x",
            Reason.MALFORMED,
            "option 'driver': found 'x', expected one of auto, dev, jnr"),
        Arguments.of("colour=red", Reason.UNKNOWN, "option 'colour': there is no such option"),
        Arguments.of("=x", Reason.UNKNOWN, "option '': there is no such option"),
        Arguments.of("upperdir", Reason.NO_VALUE, "option 'upperdir': found no value"),
        Arguments.of("idmap=", Reason.NO_VALUE, "option 'idmap': found no value"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void parse_mistake_isSaidWithItsOption(String text, Reason reason, String message) {
    assertThatThrownBy(() -> MountOptions.parse(text))
        .isInstanceOfSatisfying(
            OptionException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.option()).isEqualTo(text.split("=", 2)[0]);
            })
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"upperdir", "workdir"})
  void writable_halfOfOne_isAMistake(String option) throws OptionException {
    MountOptions options = MountOptions.parse(option + "=/x");

    assertThatThrownBy(options.layers()::writable)
        .hasMessage("option '%s': upperdir and workdir are of use together only".formatted(option));
  }

  @Test
  void parse_writableLayer_isTakenOver() throws OptionException {
    MountOptions options = MountOptions.parse("upperdir=/u,workdir=/w\\,x,ro,idmap=/i");

    assertThat(options.layers().writable())
        .isEqualTo(new WritableLayer(Path.of("/u"), Path.of("/w,x")));
    assertThat(options.layers().readOnly()).isTrue();
    assertThat(options.layers().userNamespace()).isEqualTo(Path.of("/i"));
  }

  @Test
  void with_text_addsToWhatThereIs() throws OptionException {
    MountOptions options = defaults().withAllowOther(true).with("basedir=/a");

    assertThat(options.kernel().allowOther()).isTrue();
    assertThat(options.content().baseDirectories()).containsExactly(Path.of("/a"));
  }

  @Test
  void helperOptions_namesWithCommas_areEscaped() {
    MountOptions options = defaults().withAllowOther(true).withFsName("a,b\\c");

    assertThat(KernelMount.helperOptions(options.kernel()))
        .isEqualTo(
            "ro,nosuid,nodev,default_permissions,subtype=jcomposefs,fsname=a\\,b\\\\c,allow_other");
  }
}
