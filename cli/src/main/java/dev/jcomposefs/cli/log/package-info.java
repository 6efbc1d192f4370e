/**
 * Where log lines go: warnings and errors to stderr, which is a file once a mount is in the
 * background.
 *
 * <p>Behind slf4j stand a few dozen lines of our own: nothing about this log can be configured, and
 * to set up one that can takes longer than to mount an image.
 */
@NullMarked
package dev.jcomposefs.cli.log;

import org.jspecify.annotations.NullMarked;
