/**
 * Auto-configuration of management endpoints that can be read over NATS.
 */
@NullMarked
package io.natsproxy.boot.autoconfigure.management;

import org.jspecify.annotations.NullMarked;
