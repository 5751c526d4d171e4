/**
 * Auto-configuration of services and callers.
 */
@NullMarked
package io.natsproxy.client.autoconfigure;

import org.jspecify.annotations.NullMarked;
