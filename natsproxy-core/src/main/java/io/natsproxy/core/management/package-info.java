/**
 * Management endpoints of the application of a service, which can be read over NATS:
 * requests for one instance and their answers, on both sides.
 */
@NullMarked
package io.natsproxy.core.management;

import org.jspecify.annotations.NullMarked;
