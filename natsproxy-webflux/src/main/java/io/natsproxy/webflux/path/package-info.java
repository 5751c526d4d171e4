/**
 * Conditions on the path of a request.
 */
@NullMarked
package io.natsproxy.webflux.path;

import org.jspecify.annotations.NullMarked;
