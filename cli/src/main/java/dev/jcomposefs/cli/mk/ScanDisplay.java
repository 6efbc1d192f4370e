package dev.jcomposefs.cli.mk;

import dev.jcomposefs.cache.scan.ScanProgress;
import dev.jcomposefs.cli.terminal.Terminals;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far a scan has come: bytes, files, and when it will be done, as far as what there is to do is
 * known by then. Shown on a terminal only.
 */
final class ScanDisplay implements AutoCloseable {
  private static final int REFRESH_MILLIS = 200;

  private final @Nullable ProgressBar bar;

  private ScanDisplay(@Nullable ProgressBar bar) {
    this.bar = bar;
  }

  static ScanDisplay onTerminal() {
    if (!Terminals.isStderrOne()) {
      return new ScanDisplay(null);
    }
    return new ScanDisplay(
        new ProgressBarBuilder()
            .setTaskName("reading")
            .setUnit(" MiB", 1 << 20)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .clearDisplayOnFinish()
            .build());
  }

  ScanProgress progress() {
    return bar == null ? ScanProgress.NONE : new BarProgress(bar);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }

  private static final class BarProgress implements ScanProgress {
    private final ProgressBar bar;
    private final AtomicLong bytesFound = new AtomicLong();
    private final AtomicLong filesFound = new AtomicLong();
    private final AtomicLong filesDone = new AtomicLong();

    BarProgress(ProgressBar bar) {
      this.bar = bar;
    }

    @Override
    public void found(long bytes) {
      filesFound.incrementAndGet();
      bar.maxHint(bytesFound.addAndGet(bytes));
    }

    @Override
    public void done(long bytes) {
      bar.stepBy(bytes);
      bar.setExtraMessage(
          "%d of %d files".formatted(filesDone.incrementAndGet(), filesFound.get()));
    }
  }
}
