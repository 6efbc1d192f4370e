package dev.jcomposefs.fuzz;

import java.util.Locale;

/** All targets. */
enum Target {
  EROFS_IMAGE,
  EROFS_TREE,
  DESCRIPTOR_IMAGE,
  DESCRIPTOR_TREE,
  DUMP,
  MOUNT_OPTIONS,
  COMMAND_LINE;

  void run(byte[] data) {
    switch (this) {
      case EROFS_IMAGE -> ErofsImageTarget.fuzzerTestOneInput(data);
      case EROFS_TREE -> ErofsTreeTarget.fuzzerTestOneInput(data);
      case DESCRIPTOR_IMAGE -> DescriptorImageTarget.fuzzerTestOneInput(data);
      case DESCRIPTOR_TREE -> DescriptorTreeTarget.fuzzerTestOneInput(data);
      case DUMP -> DumpTarget.fuzzerTestOneInput(data);
      case MOUNT_OPTIONS -> MountOptionsTarget.fuzzerTestOneInput(data);
      case COMMAND_LINE -> CommandLineTarget.fuzzerTestOneInput(data);
    }
  }

  /** The name on a command line: lower case, with hyphens. */
  String optionName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  static Target named(String optionName) {
    for (Target target : values()) {
      if (target.optionName().equals(optionName)) {
        return target;
      }
    }
    throw new IllegalArgumentException("no target has the name " + optionName);
  }
}
