/**
 * Means to keep threads at work whatever is thrown on them, and to tell when one of them
 * is not.
 */
@NullMarked
package io.natsproxy.core.liveness;

import org.jspecify.annotations.NullMarked;
