package dev.jcomposefs.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version in the jar's manifest. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Jcfs.class.getPackage().getImplementationVersion();
    return new String[] {"jcfs " + (version == null ? "(not packaged)" : version)};
  }
}
