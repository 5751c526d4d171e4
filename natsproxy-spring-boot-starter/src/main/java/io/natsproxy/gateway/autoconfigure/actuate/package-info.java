/**
 * Management endpoints of a gateway.
 */
@NullMarked
package io.natsproxy.gateway.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
