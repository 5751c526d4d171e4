/**
 * The service as a Spring MVC application, which reads and writes with streams that
 * block.
 */
@NullMarked
package io.natsproxy.benchmarks.mvc;

import org.jspecify.annotations.NullMarked;
