/**
 * The seam for messages in another form than natsproxy's own, as programs send them that
 * were there before.
 */
@NullMarked
package io.natsproxy.core.format;

import org.jspecify.annotations.NullMarked;
