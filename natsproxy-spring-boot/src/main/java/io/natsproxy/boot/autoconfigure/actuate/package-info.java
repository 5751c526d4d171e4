/**
 * Auto-configuration of the management endpoint of natsproxy.
 */
@NullMarked
package io.natsproxy.boot.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
