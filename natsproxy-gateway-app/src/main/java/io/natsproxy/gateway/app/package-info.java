/**
 * The gateway as an application.
 */
@NullMarked
package io.natsproxy.gateway.app;

import org.jspecify.annotations.NullMarked;
