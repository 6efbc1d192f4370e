/**
 * Bringing an image file into memory so that it can be parsed without fear: nobody can change or
 * cut it any more, and its digest was checked on the very bytes that are parsed, before the first
 * of them is.
 *
 * <p>The file is copied into memory without a name and sealed (memfd_create(2)). A mapping of the
 * file itself would show later changes, and would end the virtual machine with SIGBUS when somebody
 * truncates the file or when its disk fails; the latter holds for a file under the kernel's
 * fs-verity too, which therefore saves the hashing, but not the copy.
 *
 * <p>Nothing here knows an image format.
 */
@NullMarked
package dev.jcomposefs.cache.image;

import org.jspecify.annotations.NullMarked;
