/**
 * The driver over jnr-fuse and libfuse 2: the one that runs wherever that library is installed, and
 * the second opinion beside any other.
 *
 * <p>Of jnr-fuse it takes the layout of {@code struct fuse_operations}; the callbacks themselves
 * are bound with raw addresses. jnr-fuse's own ones hand over paths as {@code String}, and a name
 * that is not UTF-8 does not survive that. The mount is made before libfuse sees it: this package
 * is given a descriptor of /dev/fuse that is mounted already.
 *
 * <p>Several Java threads stay in libfuse's loop for the life of the mount. libfuse's own threads
 * would attach to and detach from the virtual machine at every call.
 *
 * <p>What libfuse 2 cannot do, whatever the kernel: READDIRPLUS, passthrough, cached symlinks and
 * directories, reads of more than 128 KiB, POSIX ACLs that are enforced.
 *
 * <p>Source: libfuse 2.9, {@code include/fuse.h} and {@code lib/fuse.c}.
 */
@NullMarked
package dev.jcomposefs.fuse.jnr;

import org.jspecify.annotations.NullMarked;
