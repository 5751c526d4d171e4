/**
 * Docker Compose support for a NATS server.
 */
@NullMarked
package io.natsproxy.boot.docker.compose;

import org.jspecify.annotations.NullMarked;
