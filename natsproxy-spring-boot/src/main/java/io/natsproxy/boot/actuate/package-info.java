/**
 * The management endpoint of natsproxy, and what it adds to the endpoint with information
 * about the application.
 */
@NullMarked
package io.natsproxy.boot.actuate;

import org.jspecify.annotations.NullMarked;
