package dev.jcomposefs.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.jcomposefs.format.image.MetadataImage;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** The rules of who may see whom, each with its reason. This module sees every other one. */
@AnalyzeClasses(packages = "dev.jcomposefs", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String FORMAT = "dev.jcomposefs.format..";
  private static final String CACHE = "dev.jcomposefs.cache..";
  private static final String FUSE = "dev.jcomposefs.fuse..";
  private static final String CLI = "dev.jcomposefs.cli..";

  @ArchTest
  static final ArchRule format_seesNoOtherModule =
      mayNotSee(
          FORMAT, "image formats must be usable without a store or a mount", CACHE, FUSE, CLI);

  @ArchTest
  static final ArchRule cache_seesOnlyFormat =
      mayNotSee(CACHE, "a store must be usable without a mount", FUSE, CLI);

  @ArchTest
  static final ArchRule fuse_doesNotSeeCli =
      mayNotSee(FUSE, "other programs embed the file system without the command", CLI);

  @ArchTest
  static final ArchRule packages_haveNoCycles =
      slices()
          .matching("dev.jcomposefs.(**)")
          .should()
          .beFreeOfCycles()
          .because("a package that is understood last cannot be understood first");

  @ArchTest
  static final ArchRule nativeCalls_areLinkedInLinuxPackageOnly =
      noClasses()
          .that(resideOutside("dev.jcomposefs.cache.linux..", "dev.jcomposefs.fuse.dev.."))
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Linker.class, MethodHandle.class)
          .because("a wrong downcall signature kills the process, so few files may hold one");

  @ArchTest
  static final ArchRule methodHandles_areNotPublic =
      noFields()
          .that()
          .haveRawType(MethodHandle.class)
          .should()
          .bePublic()
          .because("a native call is made where its C prototype is written down");

  @ArchTest
  static final ArchRule metadataImages_areFormatsOnly =
      classes()
          .that()
          .implement(MetadataImage.class)
          .should()
          .resideInAnyPackage("dev.jcomposefs.format.erofs..", "dev.jcomposefs.format.descriptor..")
          .because("every image format is decoded, bounded and fuzzed in format");

  @ArchTest
  static final ArchRule jnr_isSeenByItsDriverOnly =
      mayOnlyBeSeenBy(
          "dev.jcomposefs.fuse.jnr..", "one driver of two needs libfuse", "jnr..", "ru.serce..");

  @ArchTest
  static final ArchRule picocli_isSeenByCliOnly =
      mayOnlyBeSeenBy(CLI, "libraries take typed arguments, not command lines", "picocli..");

  @ArchTest
  static final ArchRule logging_isSetUpByCliOnly =
      mayOnlyBeSeenBy(
          CLI,
          "who embeds the libraries picks the logger behind slf4j",
          "org.slf4j.spi..",
          "org.slf4j.helpers..");

  @ArchTest
  static final ArchRule jackson_isSeenByCliOnly =
      mayOnlyBeSeenBy(
          CLI, "JSON is how the command talks, not how the libraries do", "tools.jackson..");

  @ArchTest
  static final ArchRule types_haveNoVagueNames =
      noClasses()
          .should()
          .haveNameMatching(".*(Util|Utils|Manager|Helper|Impl)(\\$.*)?")
          .because("such a name says nothing about what the type is");

  private static ArchRule mayNotSee(String module, String reason, String... others) {
    return noClasses()
        .that(resideInAPackage(module))
        .should()
        .dependOnClassesThat(resideInAnyPackage(others))
        .because(reason);
  }

  private static ArchRule mayOnlyBeSeenBy(String module, String reason, String... libraries) {
    return noClasses()
        .that(resideOutside(module))
        .should()
        .dependOnClassesThat(resideInAnyPackage(libraries))
        .because(reason);
  }

  private static DescribedPredicate<JavaClass> resideOutside(String... packages) {
    return JavaClass.Predicates.resideOutsideOfPackages(packages);
  }
}
