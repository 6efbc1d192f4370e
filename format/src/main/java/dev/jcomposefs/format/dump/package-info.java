/**
 * The composefs dump text, both ways: one line per directory entry, eleven fields separated by
 * single spaces, then extended attributes. What {@code mkcomposefs --from-file} reads and {@code
 * composefs-info dump} writes.
 *
 * <table>
 * <caption>Fields of a line</caption>
 * <tr><td>1 PATH</td><td>escaped, {@code /} is the root</td></tr>
 * <tr><td>2 SIZE</td><td>decimal</td></tr>
 * <tr><td>3 MODE</td><td>octal st_mode; {@code @} in front makes the line a hard link</td></tr>
 * <tr><td>4 NLINK, 5 UID, 6 GID, 7 RDEV</td><td>decimal</td></tr>
 * <tr><td>8 MTIME</td><td>seconds, a dot, nanoseconds: two integers, no decimal fraction</td></tr>
 * <tr><td>9 PAYLOAD</td><td>escaped: link target, backing path or hard link target</td></tr>
 * <tr><td>10 CONTENT</td><td>escaped: content of an inline file</td></tr>
 * <tr><td>11 DIGEST</td><td>hex: fs-verity digest of the backing file</td></tr>
 * <tr><td>12... XATTR</td><td>escaped {@code KEY=VALUE}</td></tr>
 * </table>
 *
 * <p>{@code -} stands for "not set" in fields 9 to 11. Escapes are {@code \\ \n \r \t \xHH}.
 *
 * <p><b>What is accepted.</b> The reader accepts by default what the C {@code mkcomposefs} accepts,
 * since scripts rely on it: numbers with a sign, leading zeros or white space that wrap or saturate
 * as {@code strtoull} makes them, relative paths and repeated slashes, strings that an escaped zero
 * byte cuts off, content on files that cannot have any. What it accepts gives the same image as
 * there. {@link dev.jcomposefs.format.dump.DumpMode#STRICT} is that tool's own strict mode.
 *
 * <p>Where its result is undefined or wrong, the input is refused instead: a digest that would be
 * stored and is not hex of the right length (it stores uninitialised memory), a malformed GID or
 * RDEV beside a UID other than 0 (it stores 0), a hard link that declares a file and leads to a
 * directory, a line of more than 16 MiB.
 *
 * <p>Errors carry that tool's texts, which other programs match on, and so break the house style.
 */
@NullMarked
package dev.jcomposefs.format.dump;

import org.jspecify.annotations.NullMarked;
