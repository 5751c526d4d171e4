/**
 * Subjects: requests as subjects to publish to, and route patterns as subjects to
 * subscribe to, derived by the same code.
 */
@NullMarked
package io.natsproxy.core.subject;

import org.jspecify.annotations.NullMarked;
