/**
 * The management endpoints of a gateway, and its page for operators.
 */
@NullMarked
package io.natsproxy.it.page;

import org.jspecify.annotations.NullMarked;
