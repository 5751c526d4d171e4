/**
 * The contract over servlet containers, with Jetty on a port as the reference.
 */
@NullMarked
package io.natsproxy.it.contract;

import org.jspecify.annotations.NullMarked;
