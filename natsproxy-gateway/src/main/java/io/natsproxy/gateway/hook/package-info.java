/**
 * Hooks that change a response before it is written.
 */
@NullMarked
package io.natsproxy.gateway.hook;

import org.jspecify.annotations.NullMarked;
