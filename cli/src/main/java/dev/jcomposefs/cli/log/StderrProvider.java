package dev.jcomposefs.cli.log;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Stands behind slf4j. The launcher names it in {@code slf4j.provider}; elsewhere slf4j finds it
 * through its service file, for which it opens every jar on the class path.
 */
public final class StderrProvider implements SLF4JServiceProvider {
  private static final StderrLogger LOGGER = new StderrLogger();

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new BasicMDCAdapter();

  @Override
  public void initialize() {}

  /** A line does not say which class it is from, so one logger is enough. */
  @Override
  public ILoggerFactory getLoggerFactory() {
    return _ -> LOGGER;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  /** Any version 2.0 of slf4j. */
  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
