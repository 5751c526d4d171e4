/**
 * What keeps threads at work whatever is thrown on them, and tells when one of them is
 * not.
 */
@NullMarked
package io.natsproxy.core.liveness;

import org.jspecify.annotations.NullMarked;
