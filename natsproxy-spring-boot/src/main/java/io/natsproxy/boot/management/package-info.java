/**
 * The management endpoints of Spring Boot, read without a web server.
 */
@NullMarked
package io.natsproxy.boot.management;

import org.jspecify.annotations.NullMarked;
