/**
 * Auto-configuration of the gateway.
 */
@NullMarked
package io.natsproxy.gateway.autoconfigure;

import org.jspecify.annotations.NullMarked;
